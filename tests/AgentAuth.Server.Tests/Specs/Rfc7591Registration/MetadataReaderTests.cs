using System.Text;
using System.Text.Json;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs.Rfc7591Registration;

/// <summary>What clients may say of themselves, wherever they say it.</summary>
public sealed class MetadataReaderTests
{
    private const string Redirect = """ "redirect_uris": ["https://app.test/cb"] """;

    [Fact]
    [Spec("RFC 7591", "2")]
    public void What_real_clients_send_is_read_whole()
    {
        var (metadata, problem) = Read(
            """
            {"client_name": "Cursor", "redirect_uris": ["cursor://anysphere.cursor-mcp/oauth/callback",
             "https://www.cursor.com/agents/mcp/oauth/callback", "http://localhost:8787/callback"],
             "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
             "response_types": ["code"], "token_endpoint_auth_method": "none", "application_type": "native", "scope": " ",
             "logo_uri": null, "tos_uri": "", "contacts": [], "client_uri": "https://cursor.com", "software_id": "cursor",
             "extra": {"a": [1]}}
            """);

        Assert.Null(problem);
        Assert.Equal(("Cursor", 3, "none", true), (metadata!.Name, metadata.RedirectUris.Count, metadata.AuthMethod, metadata.IsNative));
        Assert.Equal((null, null, null), (metadata.Scope, metadata.LogoUri, metadata.TermsUri));
        Assert.Equal(metadata.ToJson(), ClientMetadata.Of(metadata.ToJson())!.ToJson());
    }

    [Theory]
    [InlineData("""{}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": []}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": "https://app.test/cb"}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris": [1]}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris": ["https://app.test/cb", "javascript:alert(1)"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["https://app.test/cb", "javascript.:alert(1)"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["https://app.test/cb", "x-apple.systempreferences:security"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["JaVaScript:alert(1)"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["data:text/html,x"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["file:///etc/passwd"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["vbscript:x"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["blob:https://app.test/x"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["ms-word:ofe"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["http://app.test/cb"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["https://app.test/cb#f"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["https://app.test/cb?code=x"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["https://u@app.test/cb"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris": ["myapp://cb"]}""", "invalid_redirect_uri")]
    [Spec("AA-T005")]
    [Spec("AA-T016")]
    public void An_address_nobody_should_be_sent_to_is_refused(string json, string error) => Assert.Equal(error, Read(json).Problem?.Error);

    [Theory]
    [InlineData("\"client_name\": 7")]
    [InlineData("\"client_name\": \"two\\nlines\"")]
    [InlineData("\"client_name\": \"half \\ud83d\"")]
    [InlineData("\"client_uri\": \"javascript:alert(1)\"")]
    [InlineData("\"logo_uri\": \"http://app.test/logo.png\"")]
    [InlineData("\"tos_uri\": \"https://user@app.test/\"")]
    [InlineData("\"policy_uri\": \"data:text/html,x\"")]
    [InlineData("\"jwks_uri\": \"http://app.test/jwks\"")]
    [InlineData("\"contacts\": \"me@app.test\"")]
    [InlineData("\"grant_types\": [\"client_credentials\"]")]
    [InlineData("\"response_types\": [\"token\"]")]
    [InlineData("\"token_endpoint_auth_method\": \"tls_client_auth\"")]
    [InlineData("\"token_endpoint_auth_method\": \"private_key_jwt\"")]
    [InlineData("\"token_endpoint_auth_signing_alg\": \"none\"")]
    [InlineData("\"token_endpoint_auth_signing_alg\": \"HS256\"")]
    [InlineData("\"scope\": [\"a\"]")]
    [Spec("AA-T074")]
    [Spec("AA-T086")]
    [Spec("AA-T087")]
    public void A_member_that_is_wrong_is_refused(string member) =>
        Assert.Equal("invalid_client_metadata", Read($"{{{Redirect}, {member}}}").Problem?.Error);

    [Theory]
    [InlineData("client_name", 101)]
    [InlineData("scope", 2001)]
    [InlineData("software_id", 201)]
    [Spec("AA-T086")]
    public void A_member_that_is_too_long_is_refused(string member, int length) =>
        Assert.NotNull(Read($"{{{Redirect}, \"{member}\": \"{new string('a', length)}\"}}").Problem);

    [Fact]
    [Spec("AA-T086")]
    public void Too_many_addresses_are_refused()
    {
        var many = string.Join(',', Enumerable.Range(0, 101).Select(i => $"\"https://app.test/{i}\""));

        Assert.NotNull(Read($"{{\"redirect_uris\": [{many}]}}").Problem);
    }

    [Fact]
    [Spec("AA-T006")]
    public void A_scheme_that_is_nobodys_is_left_out_and_the_rest_stands()
    {
        var (metadata, problem) = Read(
            """
            {"redirect_uris": ["myapp://cb", "x-thing.app:/cb", "com..x:/cb", "com.:/cb", "com.example.app:/cb",
             "cursor://anysphere.cursor-mcp/oauth/callback"]}
            """);

        Assert.Null(problem);
        Assert.Equal(["com.example.app:/cb", "cursor://anysphere.cursor-mcp/oauth/callback"], metadata!.RedirectUris);
    }

    [Theory]
    [InlineData("\"token_endpoint_auth_method\": \"client_secret_basic\"")]
    [InlineData("\"token_endpoint_auth_method\": \"client_secret_jwt\"")]
    [InlineData("\"token_endpoint_auth_methods_supported\": [\"client_secret_post\"]")]
    [InlineData("\"client_secret\": \"x\"")]
    [InlineData("\"client_secret_expires_at\": 0")]
    [Spec("AA-T074")]
    public void A_document_everybody_reads_has_no_secret(string member) =>
        Assert.NotNull(Read($"{{\"client_name\": \"App\", {Redirect}, {member}}}", MetadataSource.Document).Problem);

    [Theory]
    [InlineData("\"a\": 1", "none")]
    [InlineData("\"token_endpoint_auth_methods_supported\": [\"none\", \"private_key_jwt\"]", "none")]
    [InlineData(
        "\"token_endpoint_auth_methods_supported\": [\"none\", \"private_key_jwt\"], \"jwks_uri\": \"https://app.test/jwks\"",
        "private_key_jwt")]
    public void A_document_may_borrow_the_plural_of_server_metadata(string members, string method) => Assert.Equal(
        method, Read($"{{\"client_name\": \"App\", {Redirect}, {members}}}", MetadataSource.Document).Metadata?.AuthMethod);

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"a\": NaN}")]
    [InlineData("{\"a\": 1, \"a\": 2}")]
    [InlineData("\ufeff{}")]
    [InlineData("{\"a\":[[[[[[[[[1]]]]]]]]]}")]
    [Spec("AA-T075")]
    [Spec("AA-T086")]
    public void What_two_readers_could_read_differently_is_not_read(string json) =>
        Assert.False(MetadataMembers.TryParse(Encoding.UTF8.GetBytes(json), out _));

    private static (ClientMetadata? Metadata, MetadataProblem? Problem) Read(
        string json, MetadataSource source = MetadataSource.Registration)
    {
        using var document = JsonDocument.Parse(json);
        return MetadataReader.Read(document.RootElement, source);
    }
}

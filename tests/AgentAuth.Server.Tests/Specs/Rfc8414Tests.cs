using System.Net;
using System.Text.Json;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

public sealed class Rfc8414Tests
{
    [Fact]
    [Spec("RFC 8414", "2")]
    [Spec("RFC 9207", "3")]
    public async Task The_metadata_says_what_the_server_does_and_no_more()
    {
        await using var server = await AuthServer.StartAsync();

        var metadata = await MetadataAsync(server, "/.well-known/oauth-authorization-server");

        Assert.Equal(AuthServer.Issuer, Text(metadata, "issuer"));
        Assert.Equal(AuthServer.Issuer + "/connect/authorize", Text(metadata, "authorization_endpoint"));
        Assert.Equal(AuthServer.Issuer + "/connect/token", Text(metadata, "token_endpoint"));
        Assert.Equal(AuthServer.Issuer + "/connect/revoke", Text(metadata, "revocation_endpoint"));
        Assert.Equal(AuthServer.Issuer + "/connect/introspect", Text(metadata, "introspection_endpoint"));
        Assert.Equal(AuthServer.Issuer + "/connect/userinfo", Text(metadata, "userinfo_endpoint"));
        Assert.Equal(AuthServer.Issuer + "/connect/logout", Text(metadata, "end_session_endpoint"));
        Assert.Equal(AuthServer.Issuer + "/.well-known/jwks", Text(metadata, "jwks_uri"));
        Assert.Equal(["code"], List(metadata, "response_types_supported"));
        Assert.Equal(["query"], List(metadata, "response_modes_supported"));
        Assert.Equal(["S256"], List(metadata, "code_challenge_methods_supported"));
        Assert.Equal(
            ["authorization_code", "client_credentials", "refresh_token", "urn:openid:params:grant-type:ciba"],
                List(metadata, "grant_types_supported").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
            List(metadata, "token_endpoint_auth_methods_supported"));
        Assert.Contains("offline_access", List(metadata, "scopes_supported"));
        Assert.True(metadata.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Assert.Equal("http://localhost:5100/connect/register", metadata.GetProperty("registration_endpoint").GetString());
        Assert.False(metadata.TryGetProperty("request_parameter_supported", out var request) && request.GetBoolean());
        Assert.False(metadata.TryGetProperty("claims_parameter_supported", out var claims) && claims.GetBoolean());
        Assert.DoesNotContain("none", List(metadata, "id_token_signing_alg_values_supported"));
    }

    [Theory]
    [InlineData("http://localhost:5100")]
    [InlineData("http://localhost:5100/tenant1")]
    [InlineData("https://id.example.test/a/b")]
    [Spec("RFC 8414", "3.1")]
    [Spec("AA-T130")]
    public async Task Every_well_known_place_says_the_same(string issuer)
    {
        await using var server = await AuthServer.StartAsync(host => host.UseIssuer(issuer));
        var path = new Uri(issuer).AbsolutePath.TrimEnd('/');
        string[] places =
        [
            path + "/.well-known/openid-configuration", path + "/.well-known/oauth-authorization-server",
            "/.well-known/openid-configuration" + path, "/.well-known/oauth-authorization-server" + path,
        ];
        var http = server.Http();

        var documents = new List<string>();
        foreach (var place in places)
        {
            using var response = await http.GetAsync(place);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
            documents.Add(await response.Content.ReadAsStringAsync());
        }

        Assert.All(documents, d => Assert.Equal(documents[0], d));
        var metadata = JsonSerializer.Deserialize<JsonElement>(documents[0]);
        Assert.Equal(issuer, Text(metadata, "issuer"));
        foreach (
            var address in metadata.EnumerateObject()
                .Where(p => p.Name.EndsWith("_endpoint", StringComparison.Ordinal) || p.Name == "jwks_uri"))
        {
            Assert.StartsWith(issuer + "/", address.Value.GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    [Spec("AA-T104")]
    public async Task The_key_set_shows_public_parts_only()
    {
        await using var server = await AuthServer.StartAsync();

        var keys = (await MetadataAsync(server, "/.well-known/jwks")).GetProperty("keys").EnumerateArray().ToList();

        Assert.NotEmpty(keys);
        Assert.All(keys, key =>
        {
            Assert.Equal("sig", Text(key, "use"));
            Assert.NotEmpty(Text(key, "alg"));
            Assert.DoesNotContain(key.EnumerateObject(), p => p.Name is "d" or "p" or "q" or "dp" or "dq" or "qi" or "k" or "oth");
        });
        Assert.Equal(keys.Count, keys.Select(k => Text(k, "kid")).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    [Spec("AA-T133")]
    public async Task What_clients_call_themselves_is_not_in_it()
    {
        await using var server = await AuthServer.StartAsync();
        await server.RegisterAsync("evil", "https://e.test/", name: "$(reboot)");

        Assert.DoesNotContain(
            "e.test", (await MetadataAsync(server, "/.well-known/openid-configuration")).GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> MetadataAsync(AuthServer server, string path) =>
        JsonSerializer.Deserialize<JsonElement>(await server.Http().GetStringAsync(path));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static List<string> List(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];
}

using System.Net;
using System.Text.Json;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs.Rfc7591Registration;

/// <summary>Whatever somebody writes where metadata belongs is a client's mistake, never the server's.</summary>
public sealed class OddMetadataTests
{
    private const string Half = "\"\\ud83d\"";
    private const string Curve = "\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"AA\", \"y\": \"AA\"";

    private static readonly string[] NoTexts =
        ["7", "-1e400", "123456789012345678901234567890", "true", "{}", "[]", "[[]]", "[\"a\"]", Half, "\"a\\u0000b\"", "\"\\u2028\""];

    private static readonly string[] NoLists =
        ["7", "1e999", "true", "{}", "\"a\"", Half, "[7]", "[null]", "[[\"a\"]]", $"[{Half}]", "[{}]"];

    private static readonly string[] NoKeys =
    [
        "7", "\"a\"", "[]", "{}", "{\"keys\": 7}", "{\"keys\": []}", "{\"keys\": [7]}", "{\"keys\": [{\"kty\": 7}]}",
        $$"""{"keys": [{{{Curve}}, "kid": 7}]}""", $$"""{"keys": [{{{Curve}}, "kid": {{Half}}}]}""",
        $$"""{"keys": [{{{Curve}}, "use": {{Half}}}]}""", $$"""{"keys": [{{{Curve}}, "alg": {"a": 1} }]}""",
        $$"""{"keys": [{{{Curve}}, "n": [[[[[[[1]]]]]]]}]}""", $$"""{"keys": [{{{Curve}}, "kid": "a", "kid": "b"}]}""",
        $$"""{"keys": [{"kty": {{Half}}, "crv": "P-256", "x": "AA", "y": "AA"}]}""",
    ];

    private static readonly (string[] Names, string[] Values)[] Odd =
    [
        (
            [
                "client_name", "scope", "client_uri", "logo_uri", "policy_uri", "tos_uri", "software_id", "software_version", "jwks_uri",
                "token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "application_type",
            ],
            NoTexts),
        (["redirect_uris", "grant_types", "response_types", "contacts"], NoLists),
        (["jwks"], NoKeys),
    ];

    private static readonly string[] Whole =
    [
        "", "7", "[]", "null", "\"a\"", "{", "{\"a\":}", "{\"\\ud83d\": 1}", "{\"a\": {\"\\ud83d\": 1, \"b\": 2}}", "{\"a\": 1, \"a\": 2}",
        "{\"\\u0061\": 1, \"a\": 2}", "{\"redirect_uris\": [\"https://\\ud83d.test/cb\"]}",
        "{\"redirect_uris\": [\"https://app.test/\\udc00\"]}",
        "{\"redirect_uris\": null}", "{\"redirect_uris\": [\"//\", \":\", \"https:\", \"https://\"]}",
    ];

    [Fact]
    [Spec("RFC 7591", "3.2.2")]
    [Spec("AA-T086")]
    [Spec("AA-T095")]
    public async Task It_is_refused_with_a_reason()
    {
        await using var server = await AuthServer.StartAsync();
        var own = await server.SelfRegisterAsync(address: "192.0.2.1");
        var uri = new Uri(own.Text("registration_client_uri")!).PathAndQuery;
        var bodies = Odd.SelectMany(o => o.Names.SelectMany(n => o.Values.Select(v => (n, v))))
            .Where(o => (o.n, o.v) is not ("application_type" or "contacts", "[]")).Select(o => With(o.n, o.v)).Concat(Whole).ToList();

        foreach (var (body, i) in bodies.Select((b, i) => (b, i)))
        {
            var answer = await server.SelfRegisterAsync(body, address: $"198.51.100.{i % 250}");
            Refused(answer, body);
            Refused(await server.ManageAsync(HttpMethod.Put, uri, Named(own.Id, body), own.Text("registration_access_token")), body);
        }

        var read = await server.ManageAsync(HttpMethod.Get, uri, json: null, own.Text("registration_access_token"));
        Assert.Equal((HttpStatusCode.OK, "The App"), (read.Status, read.Text("client_name")));
    }

    [Fact]
    [Spec("RFC 7591", "2")]
    public async Task What_is_not_understood_is_ignored_whatever_it_is_and_not_shown_again()
    {
        await using var server = await AuthServer.StartAsync();
        string[] values = ["7", "1e400", "true", "{}", "[[1]]", Half, $"[{Half}]", $$"""{"a": {{Half}}}""", "\"a\\u0000b\""];

        foreach (var value in values)
        {
            var answer = await server.SelfRegisterAsync(With("sector", value));
            Assert.Equal(HttpStatusCode.Created, answer.Status);
            Assert.False(answer.Has("sector"));
        }
    }

    [Fact]
    [Spec("RFC 7517", "4")]
    [Spec("AA-T045")]
    public async Task Of_a_key_only_what_makes_it_a_public_key_is_kept()
    {
        await using var server = await AuthServer.StartAsync();
        var key = $$"""{{{Curve}}, "kid": "k\u00e9", "x5u": "https://10.0.0.1/", "note": {{Half}}, "x5c": ["\udc00"], "key_ops": [7]}""";
        var metadata = With("jwks", $$"""{"keys": [{{key}}], "other": {{Half}}}""");

        var registered = await server.SelfRegisterAsync(
            metadata.Replace("\"none\"", "\"private_key_jwt\"", StringComparison.Ordinal));
        var read = await server.ManageAsync(
            HttpMethod.Get, new Uri(registered.Text("registration_client_uri")!).PathAndQuery, json: null,
            registered.Text("registration_access_token"));

        Assert.Equal(HttpStatusCode.Created, registered.Status);
        var kept = JsonDocument.Parse("""{"keys": [{"kty": "EC", "kid": "ké", "crv": "P-256", "x": "AA", "y": "AA"}]}""").RootElement;
        Assert.True(JsonElement.DeepEquals(kept, registered.Json.GetProperty("jwks")), registered.Body);
        Assert.True(JsonElement.DeepEquals(kept, read.Json.GetProperty("jwks")), read.Body);
    }

    [Theory]
    [InlineData("jwks", """{"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "HALF"}]}""")]
    [InlineData("client_name", "\"HALF\"")]
    [InlineData("redirect_uris", "[\"https://app.test/HALF\"]")]
    [InlineData("redirect_uris", "7")]
    [Spec("AA-T075")]
    public async Task A_document_with_the_same_mistakes_is_refused_too(string name, string value)
    {
        await using var web = await OutsideWeb.StartAsync();
        var document = Described.Document(changes: (name, "PUT-HERE"))
            .Replace("\"PUT-HERE\"", value.Replace("HALF", "\\ud83d", StringComparison.Ordinal), StringComparison.Ordinal);
        web.Publish(Described.App, document);
        await using var server = await web.AuthServerAsync();

        var browser = server.Browser();
        await browser.OpenAsync(Described.Agent(server).AskFor());

        Assert.InRange((int)browser.Status, 400, 499);
        Assert.Contains("invalid_client", browser.Text, StringComparison.Ordinal);
    }

    private static void Refused(Registration answer, string sent)
    {
        Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{answer.Status} for {sent}: {answer.Body}");
        Assert.True(answer.Error is "invalid_client_metadata" or "invalid_redirect_uri", $"{answer.Error} for {sent}");
    }

    private static string With(string name, string value) => name == "redirect_uris"
        ? $$"""{"client_name": "App", "redirect_uris": {{value}}}"""
        : $$"""
          {"redirect_uris": ["https://app.test/cb"],
           {{(name == "token_endpoint_auth_method" ? "" : "\"token_endpoint_auth_method\": \"none\",")}} "{{name}}": {{value}}}
          """;

    private static string Named(string id, string body) =>
        body.StartsWith('{') && body.Length > 1 ? $"{{\"client_id\": \"{id}\", {body[1..]}" : body;
}

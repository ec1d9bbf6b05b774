using System.Text.Json;
using System.Text.Json.Nodes;
using AgentAuth.Server.Commands;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Commands;

/// <summary>What the doctor finds at places that are as they should be, and at places with one mistake each.</summary>
public sealed class DoctorTests
{
    private static readonly Dictionary<string, Action<PlantedSite>> OfServers = new(StringComparer.Ordinal)
    {
        ["fail mcp.challenge"] = s => s.Challenge = null,
        ["fail mcp.challenge.metadata"] = s => s.Challenge = $"Bearer resource_metadata=\"{s.Address}/nowhere\", scope=\"read\"",
        ["warn mcp.challenge.metadata"] = s => s.Challenge = "Bearer scope=\"read\"",
        ["warn mcp.challenge.scope"] = s => s.Challenge = s.Challenge!.Split(',')[0],
        ["fail prm.found"] = s => s.Documents.Remove("/.well-known/oauth-protected-resource/mcp"),
        ["warn prm.root"] = s => s.Documents["/.well-known/oauth-protected-resource"] = new() { ["resource"] = s.Address + "/other" },
        ["fail prm.json"] = s => s.ContentTypes["/.well-known/oauth-protected-resource/mcp"] = "text/html",
        ["warn prm.cors"] = s => s.WithoutCors.Add("/.well-known/oauth-protected-resource/mcp"),
        ["fail prm.resource"] = s => s.Resource["resource"] = s.Address + "/other",
        ["warn prm.scopes"] = s => s.Resource["scopes_supported"] = new JsonArray("read", "offline_access"),
        ["fail prm.authorization-servers"] = s => s.Resource["authorization_servers"] = new JsonArray(),
        ["fail as.metadata"] = s => Without(s, "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"),
        ["warn as.metadata.forms"] = s => Without(s, "/.well-known/openid-configuration"),
        ["fail as.metadata.same"] = s => s.Documents["/.well-known/openid-configuration"] = Changed(s.Metadata, "token_endpoint"),
        ["fail as.metadata.json"] = s => s.ContentTypes["/.well-known/openid-configuration"] = "text/plain",
        ["warn as.cors"] = s => s.WithoutCors.Add("/.well-known/oauth-authorization-server"),
        ["fail as.issuer"] = s => s.Metadata["issuer"] = s.Address + "/",
        ["fail as.endpoints"] = s => s.Metadata["authorization_endpoint"] = "http://far.test/authorize",
        ["warn as.endpoints.origin"] = s =>
            s.Metadata["authorization_endpoint"] = s.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/authorize",
        ["fail as.pkce"] = s => s.Metadata.Remove("code_challenge_methods_supported"),
        ["warn as.pkce.plain"] = s => s.Metadata["code_challenge_methods_supported"] = new JsonArray("S256", "plain"),
        ["fail as.response-types"] = s => s.Metadata["response_types_supported"] = new JsonArray("token"),
        ["warn as.registration"] = s => Without(s.Metadata, "registration_endpoint", "client_id_metadata_document_supported"),
        ["fail as.registration"] = s => s.Metadata["registration_endpoint"] = "/register",
        ["warn as.none"] = s => s.Metadata["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic"),
        ["fail as.none.last"] = s => s.Metadata["token_endpoint_auth_methods_supported"] = new JsonArray("none", "client_secret_basic"),
        ["warn as.iss"] = s => s.Metadata.Remove("authorization_response_iss_parameter_supported"),
        ["warn as.offline-access"] = s => s.Metadata["scopes_supported"] = new JsonArray("openid"),
        ["fail as.jwks"] = s => s.Keys["keys"]![0]!["d"] = "private",
        ["fail as.token-errors"] = s => s.TokenErrorsAreHtml = true,
        ["fail as.redirect"] = s => s.RedirectsStrangers = true,
    };

    private static readonly Dictionary<string, Action<PlantedSite>> OfClients = new(StringComparer.Ordinal)
    {
        ["fail cimd.client-id"] = s => s.Client["client_id"] = s.ClientDocument + "/",
        ["fail cimd.name"] = s => s.Client.Remove("client_name"),
        ["fail cimd.json"] = s => s.ContentTypes["/client.json"] = "text/html",
        ["fail cimd.size"] = s => s.Client["more"] = new string('x', 6_000),
        ["fail cimd.redirects"] = s => s.Client["redirect_uris"] = new JsonArray("javascript:alert(1)"),
        ["warn cimd.loopback"] = s => s.Client["redirect_uris"] = new JsonArray("http://127.0.0.1/callback"),
        ["fail cimd.flow"] = s => s.Client["grant_types"] = new JsonArray("client_credentials"),
        ["fail cimd.secret"] = s => s.Client["client_secret"] = "public",
        ["fail cimd.auth-method"] = s => s.Client["token_endpoint_auth_method"] = "client_secret_post",
        ["fail cimd.keys"] = s =>
        {
            s.Client["token_endpoint_auth_method"] = "private_key_jwt";
            s.Client["jwks_uri"] = s.Address + "/nowhere";
        },
        ["fail cimd.links"] = s => s.Client["logo_uri"] = "http://far.test/logo.png",
    };

    public static TheoryData<string> ServerMistakes => [.. OfServers.Keys];

    public static TheoryData<string> ClientMistakes => [.. OfClients.Keys];

    [Theory]
    [InlineData("")]
    [InlineData("/tenant")]
    public async Task Where_everything_is_right_everything_passes(string issuerPath)
    {
        await using var site = await PlantedSite.StartAsync(issuerPath);

        foreach (var (url, kind) in new[] { (site.Mcp, "MCP server"), (site.Address + issuerPath, "issuer"),
            (site.ClientDocument, "client metadata document") })
        {
            var (code, json) = await AskAsync(url);

            Assert.Equal((0, kind), (code, json.GetProperty("kind").GetString()));
            Assert.Empty(Amiss(json));
            Assert.True(json.GetProperty("passed").GetInt32() > 8);
        }
    }

    [Theory]
    [MemberData(nameof(ServerMistakes))]
    public Task Each_mistake_of_a_server_is_found_by_its_check_and_by_no_other(string mistake) =>
        FindsAsync(mistake, OfServers[mistake], s => s.Mcp);

    [Theory]
    [MemberData(nameof(ClientMistakes))]
    public Task Each_mistake_of_a_client_document_is_found_by_its_check_and_by_no_other(string mistake) =>
        FindsAsync(mistake, OfClients[mistake], s => s.ClientDocument);

    [Fact]
    public async Task A_slash_too_many_is_named_as_what_it_is()
    {
        await using var site = await PlantedSite.StartAsync();
        site.Resource["resource"] = site.Mcp + "/";

        var (code, said, _) = await RunAsync("doctor", site.Mcp);

        Assert.Equal(1, code);
        Assert.Contains("FAIL  prm.resource", said, StringComparison.Ordinal);
        Assert.Contains("fix: Only the slash at the end differs", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_told_and_not_followed()
    {
        await using var site = await PlantedSite.StartAsync();
        site.Moved["/.well-known/oauth-authorization-server"] = site.Address + "/keys";
        site.Moved["/.well-known/openid-configuration"] = site.Address + "/keys";

        var (code, said, _) = await RunAsync("doctor", site.Mcp);

        Assert.Equal(1, code);
        Assert.Contains($"302 to {site.Address}/keys", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not-an-address")]
    [InlineData("ftp://localhost/")]
    [InlineData("http://me:secret@localhost/")]
    [InlineData("http://localhost/#part")]
    [InlineData("http://127.0.0.1:9/")] // nobody listens there
    public async Task What_cannot_be_examined_ends_with_2_and_one_line(string url)
    {
        var (code, said, complained) = await RunAsync("doctor", url);

        Assert.Equal((2, ""), (code, said));
        Assert.Single(complained.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_nonsense_is_no_failure_of_ours()
    {
        await using var site = await PlantedSite.StartAsync();
        foreach (var name in site.Metadata.Select(p => p.Key).Where(k => k != "issuer").ToList())
        {
            site.Metadata[name] = new JsonObject { ["odd"] = new JsonArray(1, null, "x") };
        }
        site.Resource["scopes_supported"] = "read";
        site.Keys["keys"] = new JsonArray(1, "two", new JsonArray());

        var (code, json) = await AskAsync(site.Mcp);

        Assert.Equal(1, code);
        Assert.True(json.GetProperty("failed").GetInt32() > 3);
    }

    private static async Task FindsAsync(string mistake, Action<PlantedSite> plant, Func<PlantedSite, string> where)
    {
        await using var site = await PlantedSite.StartAsync();
        plant(site);

        var (code, json) = await AskAsync(where(site));

        Assert.Equal([mistake], Amiss(json));
        Assert.Equal(mistake.StartsWith("fail", StringComparison.Ordinal) ? 1 : 0, code);
    }

    private static string[] Amiss(JsonElement json) => [.. json.GetProperty("checks").EnumerateArray()
        .Where(c => c.GetProperty("verdict").GetString() != "pass" && c.GetProperty("fix").GetString() is { Length: > 0 })
        .Select(c => $"{c.GetProperty("verdict").GetString()} {c.GetProperty("check").GetString()}")];

    private static async Task<(int Code, JsonElement Json)> AskAsync(string url)
    {
        var (code, said, complained) = await RunAsync("doctor", url, "--json");
        Assert.Equal("", complained);
        return (code, JsonSerializer.Deserialize<JsonElement>(said));
    }

    private static async Task<(int Code, string Said, string Complained)> RunAsync(params string[] arguments)
    {
        await using var said = new StringWriter();
        await using var complained = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, said, complained);
        return (code, said.ToString(), complained.ToString());
    }

    private static void Without(PlantedSite site, params string[] places) => Array.ForEach(places, p => site.Documents.Remove(p));

    private static void Without(JsonObject document, params string[] names) => Array.ForEach(names, n => document.Remove(n));

    private static JsonObject Changed(JsonObject document, string name)
    {
        var copy = document.DeepClone().AsObject();
        copy[name] = copy[name]!.GetValue<string>() + "/other";
        return copy;
    }
}

using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Journeys;

/// <summary>Apps on general OAuth libraries that know how strict to be, told an MCP server's address and nothing of us.</summary>
public sealed class OAuthLibraryTests(SharedDemo shared)
{
    private const string ChatGptCallback = "https://chatgpt.com/connector_platform_oauth_redirect";

    [Fact]
    public async Task Alice_lets_an_app_on_openid_client_that_registers_itself_read_her_mail_and_removes_it()
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        await using var app = NodeScript.Start("openid-client.mjs", demo.Mail);

        await app.IsAllowedByAsync(alice);
        Assert.Equal(200, (await app.NextAsync("messages")).GetProperty("status").GetInt32());
        var verified = await app.NextAsync("verified");
        Assert.Equal(demo.Issuer, verified.GetProperty("issuer").GetString());
        Assert.True(verified.GetProperty("sameClient").GetBoolean());
        Assert.Contains("mail.read", verified.GetProperty("scope").GetString(), StringComparison.Ordinal);
        Assert.True(verified.GetProperty("samePerson").GetBoolean());
        Assert.True(verified.GetProperty("sameMetadata").GetBoolean());
        var refreshed = await app.NextAsync("refreshed");
        Assert.True(refreshed.GetProperty("rotated").GetBoolean());
        Assert.True(refreshed.GetProperty("samePerson").GetBoolean());
        Assert.Equal(200, refreshed.GetProperty("status").GetInt32());

        await alice.PressRemoveAsync(await alice.OnlyRemoveButtonAsync());
        await app.TellAsync("removed");
        var refused = await app.NextAsync("refused");
        Assert.Equal("invalid_grant", refused.GetProperty("error").GetString());
        Assert.Equal(401, refused.GetProperty("status").GetInt32());
        Assert.Equal(0, await app.EndAsync());
    }

    [Fact]
    public async Task Alice_lets_an_app_on_oauth4webapi_that_a_document_describes_read_her_mail_and_removes_it()
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        await using var maker = await ClientMaker.StartAsync();
        var document = maker.PublishNativeApp("agent.json", "End-to-end on oauth4webapi");
        await using var app = NodeScript.Start("oauth4webapi.mjs", demo.Mail, document, "none");

        await app.IsAllowedByAsync(alice);

        await UsesAndLosesAsync(app, alice, document);
    }

    /// <summary>As ChatGPT does: RS256, keys behind an address, an answer to its own site.</summary>
    [Fact]
    public async Task Alice_lets_an_app_that_signs_like_ChatGPT_read_her_mail_and_removes_it()
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        await using var maker = await ClientMaker.StartAsync();
        var document = maker.AddressOf("oauth/client.json");
        await using var app = NodeScript.Start("oauth4webapi.mjs", demo.Mail, document, "private_key_jwt", ChatGptCallback);
        maker.Publish("oauth/jwks.json", new { keys = new[] { await app.NextAsync("key") } });
        maker.Publish("oauth/client.json", ChatGptLike(document, maker.AddressOf("oauth/jwks.json")));
        await app.TellAsync("published");

        var ask = await app.NextAsync("authorize");
        var landing = await alice.AllowAsync(ask.GetProperty("url").GetString()!);
        Assert.StartsWith(ChatGptCallback, landing.AbsoluteUri, StringComparison.Ordinal);
        await app.TellAsync(landing.AbsoluteUri);

        await UsesAndLosesAsync(app, alice, document);
        Assert.Equal(["/oauth/client.json", "/oauth/jwks.json"], maker.Asked);
    }

    private static object ChatGptLike(string document, string keys) => new
    {
        client_id = document,
        client_name = "ChatGPT",
        redirect_uris = new[] { ChatGptCallback },
        grant_types = new[] { "authorization_code", "refresh_token" },
        response_types = new[] { "code" },
        token_endpoint_auth_method = "private_key_jwt",
        token_endpoint_auth_signing_alg = "RS256",
        token_endpoint_auth_methods_supported = new[] { "none", "private_key_jwt" },
        jwks_uri = keys,
    };

    private static async Task UsesAndLosesAsync(NodeScript app, Person alice, string document)
    {
        var messages = await app.NextAsync("messages");
        Assert.Equal(200, messages.GetProperty("status").GetInt32());
        Assert.Equal(document, messages.GetProperty("client").GetString());
        var refreshed = await app.NextAsync("refreshed");
        Assert.True(refreshed.GetProperty("rotated").GetBoolean());
        Assert.Equal(200, refreshed.GetProperty("status").GetInt32());

        await alice.PressRemoveAsync(await alice.OnlyRemoveButtonAsync());
        await app.TellAsync("removed");
        Assert.Equal("invalid_grant", (await app.NextAsync("refused")).GetProperty("error").GetString());
        Assert.Equal(0, await app.EndAsync());
    }
}

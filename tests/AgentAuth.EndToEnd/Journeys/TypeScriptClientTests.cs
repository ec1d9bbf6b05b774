using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Journeys;

public sealed class TypeScriptClientTests(SharedDemo shared)
{
    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Alice_lets_an_agent_on_the_TypeScript_SDK_read_her_mail_and_removes_it(string generation)
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        await using var agent = NodeScript.Start("mcp-client.mjs", generation, demo.Mail);

        await agent.IsAllowedByAsync(alice);
        Assert.NotEmpty((await agent.NextAsync("messages")).GetProperty("text").GetString()!);
        Assert.True((await agent.NextAsync("refreshed")).GetProperty("rotated").GetBoolean());

        await alice.PressRemoveAsync(await alice.OnlyRemoveButtonAsync());
        await agent.TellAsync("removed");
        await agent.NextAsync("authorize"); // its refresh token is dead too: all it can do is to ask again
        Assert.True((await agent.NextAsync("refused")).GetProperty("unauthorized").GetBoolean());
        Assert.Equal(0, await agent.EndAsync());
    }

    [Fact]
    public async Task Alice_lets_an_app_on_openid_client_read_her_mail_and_removes_it()
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        await using var app = NodeScript.Start("openid-client.mjs", demo.Mail);

        await app.IsAllowedByAsync(alice);
        Assert.Equal(200, (await app.NextAsync("messages")).GetProperty("status").GetInt32());
        var verified = await app.NextAsync("verified");
        Assert.Equal(demo.Issuer, verified.GetProperty("issuer").GetString());
        Assert.Equal("demo-native", verified.GetProperty("client").GetString());
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
}

using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Journeys;

/// <summary>Agents on the official TypeScript SDKs, before and after the split: told an MCP server's address, and nothing of us.</summary>
public sealed class TypeScriptClientTests(SharedDemo shared)
{
    [Theory]
    [InlineData("v1", "describes itself")]
    [InlineData("v1", "registers")]
    [InlineData("v2", "describes itself")]
    [InlineData("v2", "registers")]
    [InlineData("v2", "known")]
    public async Task Alice_lets_an_agent_on_the_TypeScript_SDK_read_her_mail_and_removes_it(string generation, string introduction)
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        await using var maker = await ClientMaker.StartAsync();
        var document = maker.PublishNativeApp("agent.json", "End-to-end");
        await using var agent = NodeScript.Start(
            "mcp-client.mjs", generation, demo.Mail, introduction == "describes itself" ? document : introduction);

        await agent.IsAllowedByAsync(alice);
        var messages = await agent.NextAsync("messages");
        Assert.NotEmpty(messages.GetProperty("text").GetString()!);
        Assert.Equal(introduction, Introduction.Of(messages.GetProperty("client").GetString()!, document));
        Assert.True((await agent.NextAsync("refreshed")).GetProperty("rotated").GetBoolean());
        Assert.Equal(introduction == "describes itself" ? 1 : 0, maker.Asked.Count);

        await alice.PressRemoveAsync(await alice.OnlyRemoveButtonAsync());
        await agent.TellAsync("removed");
        await agent.NextAsync("authorize"); // its refresh token is dead too: all it can do is to ask again
        Assert.True((await agent.NextAsync("refused")).GetProperty("unauthorized").GetBoolean());
        Assert.Equal(0, await agent.EndAsync());
    }
}

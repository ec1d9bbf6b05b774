using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests.Mcp;

/// <summary>What the samples show of themselves, as somebody's first MCP server will.</summary>
public sealed class SampleSurfaceTests
{
    [Fact]
    public async Task No_answer_names_the_web_server()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await samples.Agent.GetAsync("/mail/mcp");

        Assert.Equal((401, ""), (answer.Status, answer.Header("Server")));
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Journeys;

/// <summary>Programs that people run as they are, told an MCP server's address, and nothing of us.</summary>
public sealed partial class ProgramTests(SharedDemo shared)
{
    private const string McpRemote = "node_modules/mcp-remote/dist/proxy.js";
    private const string Inspector = "node_modules/@modelcontextprotocol/inspector/clients/cli/build/index.js";

    [Theory]
    [InlineData("describes itself")]
    [InlineData("registers")]
    public async Task Alice_lets_mcp_remote_read_her_mail(string introduction)
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        await using var maker = await ClientMaker.StartAsync();
        var document = maker.PublishNativeApp("agent.json", "mcp-remote");
        using var home = new TemporaryFolder();
        string[] described = introduction == "registers" ? [] : ["--client-metadata-url", document];
        await using var bridge = NodeScript.Start(
            McpRemote, [demo.Mail, $"{Machine.FreePort()}", "--allow-http", .. described], Around(home));

        await bridge.TellAsync(Call(1, "initialize", new
        {
            protocolVersion = "2025-06-18",
            capabilities = new { },
            clientInfo = new { name = "end-to-end", version = "1.0.0" },
        }));
        await IsAllowedAsync(bridge, alice, introduction, document);
        Assert.True((await AnswerAsync(bridge, 1)).TryGetProperty("result", out _), bridge.Output);
        await bridge.TellAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        await bridge.TellAsync(Call(2, "tools/call", new { name = "list_messages", arguments = new { } }));

        var messages = await AnswerAsync(bridge, 2);
        Assert.NotEmpty(messages.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!);
        Assert.Equal(1, await alice.CountAgentsAsync());
    }

    [Theory]
    [InlineData("describes itself")]
    [InlineData("registers")]
    public async Task Alice_lets_the_MCP_Inspector_read_her_mail(string introduction)
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        await using var maker = await ClientMaker.StartAsync();
        var document = maker.PublishNativeApp("agent.json", "MCP Inspector");
        using var home = new TemporaryFolder();
        string[] described = introduction == "registers" ? [] : ["--client-metadata-url", document];
        await using var inspector = NodeScript.Start(
            Inspector,
            [
                "--server-url", demo.Mail, "--transport", "http", "--method", "tools/call", "--tool-name", "list_messages",
                "--callback-url", $"http://127.0.0.1:{Machine.FreePort()}/oauth/callback", "--format", "json", .. described,
            ],
            Around(home));

        await IsAllowedAsync(inspector, alice, introduction, document);

        Assert.True(await inspector.EndAsync() == 0, inspector.Output);
        Assert.Contains("\"content\"", inspector.Output, StringComparison.Ordinal);
        Assert.Equal(1, await alice.CountAgentsAsync());
    }

    /// <summary>Nothing of its own on this computer before or after, and no browser of this computer's.</summary>
    private static Dictionary<string, string> Around(TemporaryFolder home) => new(StringComparer.Ordinal)
    {
        ["HOME"] = home.Path,
        ["MCP_REMOTE_CONFIG_DIR"] = home.Path,
        ["MCP_INSPECTOR_SECRET_STORE"] = "memory",
        ["MCP_AUTO_OPEN_ENABLED"] = "true",
        ["BROWSER"] = "/bin/true",
    };

    private static async Task IsAllowedAsync(NodeScript program, Person person, string introduction, string document)
    {
        var ask = await program.SaidAsync(Ask);
        var clientId = System.Web.HttpUtility.ParseQueryString(new Uri(ask).Query)["client_id"]!;
        Assert.Equal(introduction, Introduction.Of(clientId, document));
        await ScriptedAgents.DeliverAsync(await person.AllowAsync(ask));
    }

    private static string Call(int id, string method, object parameters) =>
        JsonSerializer.Serialize(new { jsonrpc = "2.0", id, method, @params = parameters });

    private static async Task<JsonElement> AnswerAsync(NodeScript bridge, int id)
    {
        var line = await bridge.LineAsync(line => line.Contains($"\"id\":{id}", StringComparison.Ordinal));
        return JsonSerializer.Deserialize<JsonElement>(line);
    }

    [GeneratedRegex(@"http://localhost:\d+/connect/authorize\?\S+", RegexOptions.None, 1000)]
    private static partial Regex Ask { get; }
}

using System.Globalization;
using System.Text.Json;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Journeys;

public sealed class ConformanceTests(SharedDemo shared, ITestOutputHelper output)
{
    [Fact]
    public async Task The_MCP_conformance_suite_has_nothing_to_say_against_the_authorization_server()
    {
        var demo = await shared.StartedAsync();
        var port = Machine.FreePort();
        using var results = new TemporaryFolder();
        await using var suite = NodeScript.Start(
            "node_modules/@modelcontextprotocol/conformance/dist/index.js",
            "authorization", "--url", demo.Issuer, "--client-id", Agent.ClientId, "--resource", demo.Mail,
            "--spec-version", "2026-07-28", "-p", port.ToString(CultureInfo.InvariantCulture), "-o", results.Path);

        var ask = await suite.LineAsync(line => line.StartsWith(demo.Issuer, StringComparison.Ordinal));
        await ScriptedAgents.DeliverAsync(await Person.Alice(demo).AllowAsync(ask.Trim()));
        var code = await suite.EndAsync();

        output.WriteLine(suite.Output);
        Assert.Equal(0, code);
        var checks = ChecksIn(results.Path);
        Assert.True(checks.Count >= 2, $"Only {checks.Count} checks ran.");
        Assert.All(checks, check => Assert.True(IsFine(check), check.ToString()));
    }

    private static List<JsonElement> ChecksIn(string folder)
    {
        var checks = new List<JsonElement>();
        foreach (var file in Directory.GetFiles(folder, "checks.json", SearchOption.AllDirectories))
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            checks.AddRange(json.RootElement.Clone().EnumerateArray());
        }

        return checks;
    }

    private static bool IsFine(JsonElement check) => check.GetProperty("status").GetString() is "SUCCESS" or "INFO";
}

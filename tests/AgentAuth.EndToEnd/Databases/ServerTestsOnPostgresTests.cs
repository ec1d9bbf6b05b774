using System.Text.RegularExpressions;
using System.Xml.Linq;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Databases;

public sealed partial class ServerTestsOnPostgresTests(PostgresCluster postgres, ITestOutputHelper output)
{
    [Fact]
    public async Task Every_server_test_holds_on_PostgreSQL()
    {
        var program = Repository.Built("tests", "AgentAuth.Server.Tests", "AgentAuth.Server.Tests.dll");
        using var folder = new TemporaryFolder();
        var results = Path.Combine(folder.Path, "results.xml");
        var onPostgres = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AGENTAUTH_TEST_DATABASE"] = "Postgres",
            ["AGENTAUTH_TEST_POSTGRES"] = await postgres.AdministratorAsync(),
        };
        string[] arguments = [program, "-noColor", "-trait-", "Run=WhenAsked", "-xml", results];
        await using var tests = ChildProcess.Start("dotnet", arguments, onPostgres);

        var code = await tests.WaitAsync(TimeSpan.FromMinutes(30));

        var total = Total.Match(tests.Output);
        output.WriteLine($"{total.Value.Trim()} on PostgreSQL");
        Assert.True(code == 0, $"They ended with {code}:\n{Failures(results) ?? tests.LastWords}");
        Assert.True(total.Success && total.Groups["count"].Value.TrimStart('0').Length > 0, $"No test ran:\n{tests.Output}");
    }

    /// <summary>Which tests failed and why; what the servers logged meanwhile would bury it.</summary>
    private static string? Failures(string results) => !File.Exists(results) ? null : string.Join(
        "\n\n",
        XDocument.Load(results).Descendants("test").Where(t => t.Attribute("result")?.Value == "Fail")
            .Select(t => $"{t.Attribute("name")?.Value}\n{t.Element("failure")?.Value}"));

    [GeneratedRegex(@"Total: (?<count>\d+)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Total { get; }
}

using System.Text.RegularExpressions;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Databases;

public sealed partial class ServerTestsOnPostgresTests(PostgresCluster postgres, ITestOutputHelper output)
{
    [Fact]
    public async Task Every_server_test_holds_on_PostgreSQL()
    {
        var program = Repository.Built("tests", "AgentAuth.Server.Tests", "AgentAuth.Server.Tests.dll");
        await using var tests = ChildProcess.Start("dotnet", [program], new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AGENTAUTH_TEST_DATABASE"] = "Postgres",
            ["AGENTAUTH_TEST_POSTGRES"] = await postgres.AdministratorAsync(),
        });

        var code = await tests.WaitAsync(TimeSpan.FromMinutes(20));

        var total = Total.Match(tests.Output);
        output.WriteLine($"{total.Value.Trim()} on PostgreSQL");
        Assert.True(code == 0, $"They ended with {code}:\n{string.Join('\n', tests.Output.Split('\n').TakeLast(150))}");
        Assert.True(total.Success && total.Groups["count"].Value.TrimStart('0').Length > 0, $"No test ran:\n{tests.Output}");
    }

    [GeneratedRegex(@"Total: (?<count>\d+)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Total { get; }
}

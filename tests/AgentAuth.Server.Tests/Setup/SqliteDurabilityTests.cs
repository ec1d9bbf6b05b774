using AgentAuth.Server.Setup;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;

namespace AgentAuth.Server.Tests.Setup;

/// <summary>When a commit counts as done is the operator's to lessen, never ours.</summary>
public sealed class SqliteDurabilityTests
{
    private const long Normal = 1;
    private const long Full = 2;

    [Theory]
    [InlineData(null, Full)]
    [InlineData("FULL", Full)]
    [InlineData("normal", Normal)]
    public void Every_connection_waits_for_the_disk_unless_it_is_told_not_to(string? setting, long expected)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();

        new SqliteDurability(Read(setting).Synchronous).Prepare(connection);

        using var ask = connection.CreateCommand();
        ask.CommandText = "PRAGMA synchronous";
        Assert.Equal(expected, ask.ExecuteScalar());
    }

    [Theory]
    [InlineData("OFF")]
    [InlineData("EXTRA")]
    [InlineData("1")]
    public void What_is_neither_stops_the_start_and_says_what_would_be_lost(string setting)
    {
        var refused = Assert.Throws<FormatException>(() => Read(setting));

        Assert.Contains("AgentAuth:Database:Synchronous", refused.Message, StringComparison.Ordinal);
        Assert.Contains("power failure", refused.Message, StringComparison.Ordinal);
    }

    private static ServerSettings Read(string? synchronous) => ServerSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AgentAuth:Database:Synchronous"] = synchronous,
        })
        .Build());
}

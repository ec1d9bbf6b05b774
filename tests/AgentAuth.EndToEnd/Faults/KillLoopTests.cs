using System.Diagnostics;
using System.Security.Cryptography;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>R01: kill -9 while several agents write, again and again.</summary>
public sealed class KillLoopTests(PostgresCluster postgres)
{
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task What_eight_agents_were_told_holds_however_often_the_server_is_killed(string database)
    {
        var connection = database == "PostgreSQL" ? await postgres.DatabaseAsync() : null;
        await using var demo = await DemoProcess.OnPostgresAsync(connection);
        var pool = await Pool.OfAsync(8, demo);
        var (kills, restarts) = (Extent.Of(2, 200), new List<TimeSpan>());
        for (var kill = 0; kill < kills; kill++)
        {
            using var until = new CancellationTokenSource();
            var writing = pool.WriteAsync(until.Token);
            await Task.Delay(RandomNumberGenerator.GetInt32(1_500, 4_000), TestContext.Current.CancellationToken);
            await until.CancelAsync(); // no new steps; those under way are cut
            demo.Kill();
            await writing;
            var killed = Stopwatch.GetTimestamp();
            await demo.RestartAsync();
            restarts.Add(Stopwatch.GetElapsedTime(killed));
            await pool.HoldsAsync();
            await StoredRows.HoldAsync(demo, connection);
        }

        await pool.EverythingHoldsAsync();
        await StoredRows.HoldAsync(demo, connection);

        await Extent.NoteAsync($"R01-{database}",
        [
            $"{kills} kills; {pool.Facts} facts; 0 violations",
            $"ready again after {restarts.Average(t => t.TotalSeconds):F1} s, at most {restarts.Max().TotalSeconds:F1} s",
        ]);
        Assert.True(restarts.Max() <= Restart, $"It took {restarts.Max().TotalSeconds:F1} s to be ready again.");
    }
}

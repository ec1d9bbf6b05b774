using System.Diagnostics;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>
/// R07: the primary dies, or stands still, under load; the standby takes over. With synchronous replication nothing acknowledged is lost.
/// </summary>
public sealed class FailoverTests
{
    private static readonly TimeSpan LongestOutage = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("dies")]
    [InlineData("stands still")]
    [Trait("Run", "WhenAsked")]
    public async Task When_the_primary_fails_the_standby_serves_within_ten_seconds_and_knows_everything_acknowledged(string primaryFails)
    {
        var outages = new List<TimeSpan>();
        var facts = 0;
        for (var round = 0; round < Extent.Of(1, 5); round++)
        {
            await using var primary = await OwnPostgres.StartAsync();
            await using var standby = await primary.StandbyAsync();
            await primary.DoAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
            await primary.DoAsync("ALTER SYSTEM SET synchronous_commit = 'remote_apply'");
            await primary.DoAsync("SELECT pg_reload_conf()");
            await using var demo = await DemoProcess.OnPostgresAsync(
                $"Host=127.0.0.1:{primary.Port},127.0.0.1:{standby.Port};Target Session Attributes=primary;Username=postgres;"
                + "Database=postgres",
                new() { Options = ["--AgentAuth:Tokens:ShortPath=false"] }); // which would answer services from memory for a second more
            var pool = await Pool.OfAsync(6, demo);
            using var until = new CancellationTokenSource();
            var writing = pool.WriteAsync(until.Token);
            await Task.Delay(Extent.Of(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15)), TestContext.Current.CancellationToken);

            var died = Stopwatch.GetTimestamp();
            await FailAsync(primary, primaryFails);
            await standby.PromoteAsync(); // whoever watches over the two does this
            await new Outage(demo, string.Empty).FirstTokenAsync();
            outages.Add(Stopwatch.GetElapsedTime(died));
            await until.CancelAsync();
            await writing;

            await pool.EverythingHoldsAsync();
            await StoredRows.HoldAsync(demo, standby.Connection);
            facts += pool.Facts;
        }

        await Extent.NoteAsync(
            $"R07-{primaryFails}", [$"{outages.Count} failovers; outage {outages.Max().TotalSeconds:F1} s at most; {facts} facts, 0 lost"]);
        Assert.All(outages, outage => Assert.True(outage <= LongestOutage, $"{outage.TotalSeconds:F1} s"));
    }

    private static Task FailAsync(OwnPostgres primary, string how)
    {
        if (how != "dies")
        {
            return primary.FreezeAsync();
        }

        primary.Kill();
        return Task.CompletedTask;
    }
}

using System.Diagnostics;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>
/// R04: the disk is full; nothing is half done, what needs no disk goes on, and so does everything when there is room again.
/// </summary>
public sealed class DiskFullTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Run", "WhenAsked")]
    public async Task On_SQLite_whoever_writes_is_told_to_come_back_and_whoever_reads_is_answered()
    {
        using var disk = await SmallDisk.OfAsync(megabytes: 12);
        await using var demo = await DemoProcess.OnPostgresAsync(null, new() { DataPath = disk.Folder("data") });

        await FillsAndRecoversAsync(demo, disk, postgres: null, "R04-SQLite", () => Task.CompletedTask);
    }

    [Fact]
    [Trait("Run", "WhenAsked")]
    public async Task On_PostgreSQL_whoever_writes_is_told_to_come_back_and_whoever_reads_is_answered()
    {
        using var disk = await SmallDisk.OfAsync(megabytes: 160);
        await using var postgres = await OwnPostgres.StartAsync(disk.Folder("postgres"), "min_wal_size=8MB", "max_wal_size=16MB");
        await using var demo = await DemoProcess.OnPostgresAsync(postgres.Connection);

        await FillsAndRecoversAsync(demo, disk, postgres.Connection, "R04-PostgreSQL", postgres.GoOnAsync);
    }

    private static async Task FillsAndRecoversAsync(
        DemoProcess demo, SmallDisk disk, string? postgres, string procedure, Func<Task> databaseGoesOn)
    {
        var agent = await Agent.MeetAsync(demo);
        var admin = Person.Named(demo, "admin"); // none of the writers is hers
        var kept = await agent.ConnectAsync(admin);
        var (again, cookies) = (agent.AskFor("mail.read offline_access"), admin.Browser.Cookies);
        Assert.True((await Knock.ForCodeAsync(again, cookies)).IsCode);
        var pool = await Pool.OfAsync(6, demo);
        await pool.WriteForAsync(TimeSpan.FromSeconds(1));

        disk.Fill();
        using var until = new CancellationTokenSource();
        var writing = pool.WriteAsync(until.Token);
        Knock? refusal = null;
        await Poll.UntilAsync(
            async () => !(refusal = await Knock.ForCodeAsync(again, cookies)).IsCode, Patience, () => "The disk never was full.");
        Assert.True(refusal!.IsRefusalForPeople, $"{refusal}\n{refusal.Body}\n{demo.LastWords}");
        Assert.Equal(200, (await Knock.AtMetadataAsync(demo)).Status);
        Assert.Equal(200, (await Knock.AtJwksAsync(demo)).Status);
        Assert.Equal(200, (await Knock.AtLiveAsync(demo)).Status);
        Assert.Equal(200, (await Knock.ForTokenAsync(demo)).Status); // writes nothing
        if (postgres is null)
        {
            Assert.True(await agent.IsActiveAsync(kept.AccessToken), "Introspection does not go on.");
        }

        disk.Free();
        await databaseGoesOn();
        var since = Stopwatch.GetTimestamp();
        await Poll.UntilAsync(
            async () => (await Knock.ForCodeAsync(again, cookies)).IsCode, Patience, () => $"No code again.\n{demo.LastWords}");
        var back = Stopwatch.GetElapsedTime(since);
        await until.CancelAsync();
        await writing;
        await pool.EverythingHoldsAsync();
        await StoredRows.HoldAsync(demo, postgres);
        await Extent.NoteAsync(procedure,
        [
            $"refused as {refusal}",
            $"first code {back.TotalMilliseconds:F0} ms after there was room again, without a restart of the server",
            $"{pool.Facts} facts, {pool.Unanswered} requests told to come back; 0 violations",
        ]);
    }
}

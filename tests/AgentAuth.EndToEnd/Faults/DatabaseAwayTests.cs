using System.Diagnostics;
using AgentAuth.EndToEnd.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>R03, R05, R06: the database is stopped, stands still, is locked; it comes back, and so does everything else.</summary>
public sealed class DatabaseAwayTests
{
    /// <summary>One processor has one thread to begin with: who holds that one up holds up everybody.</summary>
    private static readonly Dictionary<string, string> Small = new(StringComparer.Ordinal) { ["DOTNET_PROCESSOR_COUNT"] = "1" };

    /// <summary>The short path would answer services from memory for a second more.</summary>
    private static readonly Surroundings TheLongWay = new() { Options = ["--AgentAuth:Tokens:ShortPath=false"], Environment = Small };

    private static readonly TimeSpan Down = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(1);

    [Fact]
    [Trait("Run", "WhenAsked")]
    public async Task Whoever_asks_while_PostgreSQL_is_stopped_frozen_or_locked_is_told_to_come_back()
    {
        await using var postgres = await OwnPostgres.StartAsync();
        await using var demo = await DemoProcess.OnPostgresAsync(postgres.Connection, TheLongWay);
        var cookies = await CookiesAsync(demo);
        var pool = await Pool.OfAsync(4, demo);
        using var until = new CancellationTokenSource();
        var writing = pool.WriteAsync(until.Token);

        for (var restart = 0; restart < Extent.Of(2, 50); restart++)
        {
            await RestartAsync(postgres, demo, cookies, isFirst: restart == 0);
        }

        await FreezeAsync(postgres, demo, cookies);
        await LockAsync(postgres, demo, cookies);
        await until.CancelAsync();
        await writing;

        await pool.EverythingHoldsAsync();
        await StoredRows.HoldAsync(demo, postgres.Connection);
        await Extent.NoteAsync("R05-R06-journal", [$"{pool.Facts} facts, {pool.Unanswered} requests told to come back; 0 violations"]);
    }

    [Fact]
    [Trait("Run", "WhenAsked")]
    public async Task Whoever_writes_while_another_process_holds_SQLite_is_told_to_come_back()
    {
        await using var demo = await DemoProcess.OnSqliteAsync(new() { Environment = Small });
        var alice = Person.Alice(demo);
        var agent = await Agent.MeetAsync(demo);
        await agent.ConnectAsync(alice);
        var (again, cookies) = (agent.AskFor("mail.read offline_access"), alice.Browser.Cookies);
        var warm = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Knock.ForCodeAsync(again, cookies)));
        Assert.All(warm, knock => Assert.True(knock.IsCode, $"{knock}"));
        await using var other = new SqliteConnection($"Data Source={Path.Combine(demo.DataPath, "agentauth.db")};Pooling=false");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var hold = other.BeginTransaction(deferred: false);
        var codes = Enumerable.Range(0, 30).Select(_ => Knock.ForCodeAsync(again, cookies)).ToList();
        var others = new List<Knock>();
        while (codes.Exists(code => !code.IsCompleted))
        {
            others.AddRange(await Task.WhenAll(
                Knock.AtMetadataAsync(demo), Knock.AtLiveAsync(demo), Knock.AtReadyAsync(demo), Knock.AtPageAsync(demo, cookies),
                Knock.ForTokenAsync(demo)));
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        var refused = await Task.WhenAll(codes);
        var released = Stopwatch.GetTimestamp();
        await hold.RollbackAsync(TestContext.Current.CancellationToken);
        await Poll.UntilAsync(
            async () => (await Knock.ForCodeAsync(again, cookies)).IsCode, Down, () => $"No code again.\n{demo.LastWords}");
        var back = Stopwatch.GetElapsedTime(released);

        await Extent.NoteAsync("R06-SQLite-locked",
        [
            $"30 writers at once: slowest refusal {refused.Max(knock => knock.Took).TotalMilliseconds:F0} ms",
            $"{others.Count} readers beside them: slowest {others.Max(knock => knock.Took).TotalMilliseconds:F0} ms",
            $"first code {back.TotalMilliseconds:F0} ms after it was let go",
        ]);
        Assert.All(refused, knock => Assert.True(knock.IsRefusalForPeople && knock.Took <= Slow, $"{knock}\n{knock.Body}"));
        Assert.All(others, knock => Assert.True(knock.Status == 200 && knock.Took <= Down, $"{knock}\n{knock.Body}"));
    }

    private static async Task RestartAsync(OwnPostgres postgres, DemoProcess demo, string cookies, bool isFirst)
    {
        var outage = new Outage(demo, cookies);
        await postgres.StopAtOnceAsync();
        await outage.WatchAsync(isFirst ? Extent.Of(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30)) : TimeSpan.FromSeconds(1));
        await postgres.StartAgainAsync();
        var back = await outage.FirstTokenAsync();
        await Extent.NoteAsync(
            "R05-stopped", [.. outage.Figures(), $"first token {back.TotalMilliseconds:F0} ms after the database answered again"]);
        await outage.WasBorneAsync(within: Down);
        Assert.True(back <= await Outage.AllowingAsync(demo, Back), $"{back.TotalMilliseconds:F0} ms until the first token");
    }

    private static async Task FreezeAsync(OwnPostgres postgres, DemoProcess demo, string cookies)
    {
        var outage = new Outage(demo, cookies);
        await postgres.FreezeAsync();
        await outage.WatchAsync(Extent.Of(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(60)));
        await postgres.ThawAsync();
        var back = await outage.FirstTokenAsync();
        await Extent.NoteAsync("R06-frozen",
        [
            .. outage.Figures(), $"first token {back.TotalMilliseconds:F0} ms after it went on", $"{outage.MostThreads} threads at most",
        ]);
        await outage.WasBorneAsync(within: Slow);
        Assert.True(back <= await Outage.AllowingAsync(demo, Back), $"{back.TotalMilliseconds:F0} ms until the first token");
    }

    private static async Task LockAsync(OwnPostgres postgres, DemoProcess demo, string cookies)
    {
        var outage = new Outage(demo, cookies);
        await using (var holder = new NpgsqlConnection(postgres.Connection + ";Pooling=false"))
        {
            await holder.OpenAsync(TestContext.Current.CancellationToken);
            await using var hold = await HoldTablesAsync(holder);
            var crowd = Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Knock.ForTokenAsync(demo)));
            await outage.WatchAsync(TimeSpan.FromSeconds(5));
            Assert.All(await crowd, knock => Assert.True(knock.IsRefusalForPrograms && knock.Took <= Slow, $"{knock}\n{knock.Body}"));
        }

        var back = await outage.FirstTokenAsync();
        var connections = await postgres.AskAsync<long>("SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'");
        await Extent.NoteAsync("R06-locked",
        [
            .. outage.Figures(), $"first token {back.TotalMilliseconds:F0} ms after it was let go", $"{outage.MostThreads} threads at most",
            $"{connections} connections afterwards",
        ]);
        Assert.True(back <= await Outage.AllowingAsync(demo, Back), $"{back.TotalMilliseconds:F0} ms until the first token");
        Assert.InRange(connections, 1, 45);
    }

    /// <summary>All of them or none: waiting for the second with the first in hand would be a deadlock with who writes to both.</summary>
    private static async Task<NpgsqlTransaction> HoldTablesAsync(NpgsqlConnection holder)
    {
        NpgsqlTransaction? hold = null;
        await Poll.UntilAsync(
            async () =>
            {
                hold = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
                await using var command = holder.CreateCommand();
                command.CommandText = """LOCK TABLE "Clients", "Sessions", "Tokens" IN ACCESS EXCLUSIVE MODE NOWAIT""";
                try
                {
                    await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
                    return true;
                }
                catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.LockNotAvailable)
                {
                    await hold.DisposeAsync();
                    return false;
                }
            },
            TimeSpan.FromSeconds(20),
            () => "There was no moment when nobody used the three tables.");
        return hold!;
    }

    private static async Task<string> CookiesAsync(DemoProcess demo)
    {
        var alice = Person.Alice(demo);
        await alice.OpenAgentsAsync();
        return alice.Browser.Cookies;
    }
}

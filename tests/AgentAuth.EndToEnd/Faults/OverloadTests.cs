using System.Collections.Concurrent;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>R14, R15: far more comes than can be done, or than the database has room for.</summary>
public sealed class OverloadTests
{
    private static readonly TimeSpan Accepted = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [Fact]
    [Trait("Run", "WhenAsked")]
    public async Task Under_ten_times_what_it_can_do_those_let_in_are_answered_soon_and_the_others_at_once()
    {
        var isFull = Extent.Of(0, 100) == 100;
        string[] theLongWay = ["--AgentAuth:Tokens:ShortPath=false"]; // a processor of callers is no match for the short one
        string[] narrow = ["--AgentAuth:Load:AtOnce=6", "--AgentAuth:Load:Waiting=12", "--AgentAuth:Load:SignInsWaiting=4"];
        Assert.False(isFull && Processes.MayUse(0), "Processor 0 is the server's: start this with taskset -c 1-");
        await using var demo = await DemoProcess.OnSqliteAsync(
            new() { Options = [.. theLongWay, .. isFull ? [] : narrow], Processor = isFull ? 0 : null });
        await new Outage(demo, string.Empty).FirstTokenAsync();
        var before = Processes.ResidentKilobytes(demo.ProcessId);

        var (knocks, probes) = await CrowdAsync(demo, isFull ? 640 : 120, Extent.Of(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(60)));
        var back = await new Outage(demo, string.Empty).FirstTokenAsync();
        var signIns = await Task.WhenAll(Enumerable.Range(0, isFull ? 400 : 30).Select(_ => SignInAsync(demo)));
        var backAgain = await new Outage(demo, string.Empty).FirstTokenAsync();

        var good = knocks.Where(knock => knock.Status == 200).Select(knock => knock.Took).Order().ToList();
        var away = knocks.Where(knock => knock.Status == 503).Select(knock => knock.Took).Order().ToList();
        Assert.NotEmpty(good);
        Assert.True(away.Count > 0, $"{good.Count} came and nobody was sent away: the callers are slower than the server.");
        await Extent.NoteAsync("R14",
        [
            $"{good.Count} let in: half within {good[good.Count / 2].TotalMilliseconds:F0} ms, p99 {P99(good).TotalMilliseconds:F0} ms",
            $"{away.Count} sent away: half within {away[away.Count / 2].TotalMilliseconds:F0} ms, p99 {P99(away).TotalMilliseconds:F0} ms",
            $"live answered {probes.Count} times, slowest {probes.Max(knock => knock.Took).TotalMilliseconds:F0} ms",
            $"{signIns.Length} sign-ins at once: {signIns.Count(knock => knock.Status == 503)} sent away",
            $"first token {back.TotalMilliseconds:F0} and {backAgain.TotalMilliseconds:F0} ms after it was over",
            $"memory {before / 1024} MB before, {Processes.ResidentKilobytes(demo.ProcessId) / 1024} MB after",
        ]);
        Assert.All(knocks, knock => Assert.True(knock.Status == 200 || knock.IsRefusalForPrograms, $"{knock}\n{knock.Body}"));
        Assert.True(P99(good) <= Accepted, $"{P99(good).TotalMilliseconds:F0} ms");
        Assert.All(probes, knock => Assert.True(knock.Status == 200 && knock.Took <= Accepted, $"{knock}"));
        Assert.All(signIns, knock => Assert.True(knock.Status is 400 or 200 || knock.IsRefusalForPeople, $"{knock}\n{knock.Body}"));
        Assert.True(!isFull || signIns.Any(knock => knock.Status == 503)); // thirty may all find a place in the queue
        Assert.True(back <= Longest && backAgain <= Longest);
    }

    [Fact]
    [Trait("Run", "WhenAsked")]
    public async Task With_fewer_connections_than_it_wants_everybody_is_answered_and_nobody_waits_for_ever()
    {
        await using var postgres = await OwnPostgres.StartAsync(folder: null, "max_connections=20");
        await using var a = await DemoProcess.OnPostgresAsync(postgres.Connection);
        await using var b = await DemoProcess.AnotherNodeOfAsync(a, postgres.Connection);

        var crowds = await Task.WhenAll(new[] { a, b }.Select(node =>
            CrowdAsync(node, 100, Extent.Of(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(60)))));
        var back = await Task.WhenAll(new[] { a, b }.Select(node => new Outage(node, string.Empty).FirstTokenAsync()));

        var knocks = crowds.SelectMany(crowd => crowd.Knocks).ToList();
        await Extent.NoteAsync("R15",
        [
            $"200 clients, 20 connections, two nodes: {knocks.Count(knock => knock.Status == 200)} tokens, "
            + $"{knocks.Count(knock => knock.Status == 503)} told to come back; slowest {knocks.Max(k => k.Took).TotalMilliseconds:F0} ms",
            $"first token {back.Max().TotalMilliseconds:F0} ms after it was over",
        ]);
        Assert.All(knocks, knock => Assert.True(
            (knock.Status == 200 || knock.IsRefusalForPrograms) && knock.Took <= Longest, $"{knock}\n{knock.Body}"));
        Assert.Contains(knocks, knock => knock.Status == 200);
        Assert.All(back, time => Assert.True(time <= Longest));
    }

    private static async Task<(List<Knock> Knocks, List<Knock> Probes)> CrowdAsync(DemoProcess demo, int clients, TimeSpan time)
    {
        var knocks = new ConcurrentBag<Knock>();
        var probes = new List<Knock>();
        using var over = new CancellationTokenSource(time);
        var crowd = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                knocks.Add(await Knock.ForTokenAsync(demo));
            }
        })));
        while (!crowd.IsCompleted)
        {
            probes.Add(await Knock.AtLiveAsync(demo));
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await crowd;
        return ([.. knocks], probes);
    }

    private static Task<Knock> SignInAsync(DemoProcess demo) => Knock.SendAsync("sign-in", () => new(HttpMethod.Post, $"{demo.Url}/sign-in")
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Email"] = "alice@demo.test",
            ["Password"] = "not the password",
        }),
    });

    private static TimeSpan P99(List<TimeSpan> ordered) => ordered[(int)(ordered.Count * 0.99)];
}

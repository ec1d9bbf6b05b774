using System.Diagnostics;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>Knocks five times a second, at everything, while the database is away, and says how it was answered.</summary>
internal sealed class Outage(DemoProcess demo, string cookies)
{
    private const int Ordinaries = 5;

    /// <summary>For what needs no database.</summary>
    private static readonly TimeSpan Unhindered = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);

    private readonly List<Knock> _knocks = [];

    public int MostThreads { get; private set; }

    /// <summary>
    /// What a limit becomes on a machine as busy as this one: where an ordinary token takes long, so does everything else.
    /// </summary>
    public static async Task<TimeSpan> AllowingAsync(DemoProcess demo, TimeSpan limit)
    {
        var ordinary = TimeSpan.Zero;
        for (var ask = 0; ask < 3; ask++)
        {
            var knock = await Knock.ForTokenAsync(demo);
            ordinary = knock.Took > ordinary ? knock.Took : ordinary;
        }

        return limit + (Ordinaries * ordinary);
    }

    public async Task WatchAsync(TimeSpan time)
    {
        var under = new List<Task<Knock[]>>();
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < time;)
        {
            under.Add(Knock.AtEverythingAsync(demo, cookies));
            MostThreads = Math.Max(MostThreads, Processes.Threads(demo.ProcessId));
            await Task.Delay(Beat, TestContext.Current.CancellationToken);
        }

        foreach (var knocks in await Task.WhenAll(under))
        {
            _knocks.AddRange(knocks);
        }
    }

    /// <summary>What needs the database is refused in time and in its caller's language; what does not, works, and sooner.</summary>
    public async Task WasBorneAsync(TimeSpan within)
    {
        var sooner = await AllowingAsync(demo, Unhindered);
        foreach (var knock in _knocks)
        {
            var isRight = knock.What switch
            {
                Knock.Token => knock.IsRefusalForPrograms,
                Knock.Page => knock.IsRefusalForPeople,
                Knock.Ready => knock.Status == 503,
                _ => knock.Status == 200,
            };
            Assert.True(isRight, $"{knock}\n{knock.Body}\n{demo.LastWords}");
            var isHindered = knock.What is Knock.Token or Knock.Page or Knock.Ready;
            Assert.True(knock.Took <= (isHindered || sooner > within ? within : sooner), $"{knock}");
        }
    }

    /// <summary>How long after the database is back the first token is given.</summary>
    public async Task<TimeSpan> FirstTokenAsync()
    {
        var (since, tries) = (Stopwatch.GetTimestamp(), new List<Knock>());
        await Poll.UntilAsync(
            async () =>
            {
                tries.Add(await Knock.ForTokenAsync(demo));
                return tries[^1].Status == 200;
            },
            TimeSpan.FromSeconds(20),
            () => $"No token again.\n{demo.LastWords}");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("; ", tries));
        return Stopwatch.GetElapsedTime(since);
    }

    public IEnumerable<string> Figures() => _knocks.GroupBy(knock => knock.What, StringComparer.Ordinal).Select(group =>
        $"{group.Key}: {group.Count()} answered, slowest {group.Max(knock => knock.Took).TotalMilliseconds:F0} ms");
}

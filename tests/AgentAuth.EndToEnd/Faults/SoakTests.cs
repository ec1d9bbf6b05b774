using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>
/// R13: mixed load for a long time. AGENTAUTH_TESTS_SOAK says for how many minutes, AGENTAUTH_TESTS_SOAK_DATABASE=PostgreSQL on which
/// database; without them a few seconds, to see that the measuring works.
/// </summary>
public sealed class SoakTests(PostgresCluster postgres)
{
    private const int GatesFromMinutes = 30;
    private const double SlopeMegabytesPerTenMinutes = 1;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly double Minutes = double.Parse(
        Environment.GetEnvironmentVariable("AGENTAUTH_TESTS_SOAK") is { Length: > 0 } minutes ? minutes : "0.1",
        CultureInfo.InvariantCulture);

    private readonly ConcurrentQueue<(double At, Knock Knock)> _knocks = new();
    private readonly List<(double At, long Kilobytes, int Handles, int Threads, long Stored)> _samples = [];

    [Fact]
    [Trait("Run", "WhenAsked")]
    public async Task After_long_mixed_load_it_is_as_small_and_as_fast_as_before()
    {
        var isPostgres = Environment.GetEnvironmentVariable("AGENTAUTH_TESTS_SOAK_DATABASE") == "PostgreSQL";
        await using var demo = await DemoProcess.OnPostgresAsync(isPostgres ? await postgres.DatabaseAsync() : null);
        var pool = await Pool.OfAsync(8, demo);
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(Minutes));
        var since = Stopwatch.GetTimestamp();
        var writing = pool.WriteAsync(over.Token, pause: TimeSpan.FromMilliseconds(100));
        var asking = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskAsync(demo, since, over.Token))));
        while (!over.IsCancellationRequested)
        {
            _samples.Add((
                Stopwatch.GetElapsedTime(since).TotalMinutes, Processes.ResidentKilobytes(demo.ProcessId),
                Processes.Handles(demo.ProcessId), Processes.Threads(demo.ProcessId), StoredBytes(demo)));
            await Task.Delay(Beat, TestContext.Current.CancellationToken);
        }

        await Task.WhenAll(writing, asking);
        await pool.EverythingHoldsAsync();
        await ReportAsync(pool);
    }

    private async Task AskAsync(DemoProcess demo, long since, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            foreach (var ask in new[] { Knock.ForTokenAsync, Knock.AtMetadataAsync, Knock.AtReadyAsync, Knock.ForTokenAsync })
            {
                var knock = await ask(demo);
                _knocks.Enqueue((Stopwatch.GetElapsedTime(since).TotalMinutes, knock));
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private async Task ReportAsync(Pool pool)
    {
        var tokens = _knocks.Where(k => k.Knock.What == Knock.Token).ToList();
        var window = Math.Min(10, Minutes / 4);
        var warm = Minutes >= GatesFromMinutes ? Minutes / 3 : Minutes / 4;
        var (early, late) = (P99(tokens, warm, warm + window), P99(tokens, Minutes - window, double.MaxValue));
        var errors = _knocks.Count(k => k.Knock.Status is 0 or >= 500);
        var slope = SlopePerTenMinutes([.. _samples.Where(s => s.At >= warm).Select(s => (s.At, s.Kilobytes / 1024.0))]);
        var (first, last) = (_samples[0], _samples[^1]);
        await Extent.NoteAsync("R13",
        [
            $"{Minutes:F1} minutes; {_knocks.Count} requests, {pool.Acknowledged} writes; {errors} times 5xx or no answer",
            $"{pool.Facts} facts hold",
            $"memory {first.Kilobytes / 1024} MB at first, {last.Kilobytes / 1024} at last; {slope:F2} more in ten minutes, once warm",
            $"handles {first.Handles} → {last.Handles}, threads {first.Threads} → {last.Threads} (most {_samples.Max(s => s.Threads)})",
            $"database and log {first.Stored / 1024} kB → {last.Stored / 1024} kB",
            $"p99 of a token {early:F0} ms early, {late:F0} ms late",
        ]);
        Assert.Equal(0, errors);
        if (Minutes >= GatesFromMinutes)
        {
            Assert.True(slope <= SlopeMegabytesPerTenMinutes, $"{slope:F2} MB in ten minutes");
            Assert.True(late <= 1.2 * early, $"p99 went from {early:F0} to {late:F0} ms");
            Assert.InRange(last.Handles, 0, (first.Handles * 2) + 50);
        }
    }

    private static long StoredBytes(DemoProcess demo) =>
        Directory.EnumerateFiles(demo.DataPath, "agentauth.db*").Sum(file => new FileInfo(file).Length);

    private static double P99(IEnumerable<(double At, Knock Knock)> knocks, double from, double to)
    {
        var took = knocks.Where(k => k.At >= from && k.At <= to).Select(k => k.Knock.Took.TotalMilliseconds).Order().ToList();
        return took.Count == 0 ? 0 : took[(int)(took.Count * 0.99)];
    }

    /// <summary>The straight line nearest to all samples.</summary>
    private static double SlopePerTenMinutes(List<(double At, double Megabytes)> samples)
    {
        var (time, size) = (samples.Average(s => s.At), samples.Average(s => s.Megabytes));
        var spread = samples.Sum(s => Math.Pow(s.At - time, 2));
        return spread == 0 ? 0 : 10 * samples.Sum(s => (s.At - time) * (s.Megabytes - size)) / spread;
    }
}

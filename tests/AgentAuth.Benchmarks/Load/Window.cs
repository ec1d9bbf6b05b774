using System.Diagnostics;
using System.Text.Json;

namespace AgentAuth.Benchmarks.Load;

/// <summary>One timed stretch of one workload against one contestant.</summary>
internal sealed record Window(
    int Operations, int Failures, string? FirstFailure, double Seconds, double OwnMilliseconds, double DatabaseMilliseconds,
    double MedianMilliseconds, double SlowMilliseconds, double ResidentMegabytes, double DatabaseMegabytes)
{
    private const int TooManyFailures = 20;

    public double CpuPerOperation => (OwnMilliseconds + DatabaseMilliseconds) / Operations;

    /// <summary>Every worker does one operation after the other until the time or the operations are used up.</summary>
    public static async Task<Window> RunAsync(Crew crew, Func<Client, Task> operation, TimeSpan atMost, int operations)
    {
        var (started, failures, firstFailure) = (0, 0, (string?)null);
        var (ownBefore, databaseBefore) = crew.Contestant.CpuMilliseconds();
        var clock = Stopwatch.StartNew();
        var took = await Task.WhenAll(crew.Workers.Select(worker => Task.Run(async () =>
        {
            var mine = new List<double>();
            while (clock.Elapsed < atMost && failures < TooManyFailures && Interlocked.Increment(ref started) <= operations)
            {
                var at = Stopwatch.GetTimestamp();
                try
                {
                    await operation(worker);
                    mine.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
                }
                catch (Exception failure) when (IsAnswer(failure))
                {
                    Interlocked.Increment(ref failures);
                    Interlocked.CompareExchange(ref firstFailure, failure.Message.ReplaceLineEndings(" "), comparand: null);
                }
            }
            return mine;
        })));
        var seconds = clock.Elapsed.TotalSeconds;
        var (own, database) = crew.Contestant.CpuMilliseconds();
        var all = took.SelectMany(one => one).Order().ToArray();
        return all.Length == 0
            ? throw new UnfitException($"No operation succeeded: {firstFailure}")
            : new(
                all.Length, failures, firstFailure, seconds, own - ownBefore, database - databaseBefore,
                Percentile(all, 0.50), Percentile(all, 0.99), crew.Contestant.ResidentMegabytes(), crew.Contestant.DatabaseMegabytes());
    }

    public static double Percentile(IReadOnlyList<double> ordered, double share) =>
        ordered[Math.Min(ordered.Count - 1, (int)(share * ordered.Count))];

    /// <summary>What a server can do wrong; anything else is a fault of the benchmark and ends it.</summary>
    public static bool IsAnswer(Exception failure) =>
        failure is UnfitException or HttpRequestException or TaskCanceledException or JsonException or KeyNotFoundException;
}

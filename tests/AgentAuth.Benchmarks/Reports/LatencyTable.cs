using System.Text;
using AgentAuth.Benchmarks.Workloads;

namespace AgentAuth.Benchmarks.Reports;

/// <summary>How long requests wait when all workers ask at once, and whether the slowest wait too long.</summary>
internal static class LatencyTable
{
    /// <summary>The slowest in a hundred may take so many times the median.</summary>
    public const double MostTimesMedian = 5;

    public static bool IsFine(IReadOnlyList<Measured> rounds) => Summaries(rounds).All(one => one.Slow < MostTimesMedian * one.Median);

    public static string Of(IReadOnlyList<Measured> rounds)
    {
        var text = new StringBuilder("| target | | p50 ms | p99 ms | p99 ÷ p50 |\n|---|---|---:|---:|---:|\n");
        foreach (var (target, workload, median, slow) in Summaries(rounds))
        {
            var verdict = slow < MostTimesMedian * median ? "" : " (too long)";
            text.AppendLine(FormattableString.Invariant(
                $"| {target} | {workload} | {median:F2} | {slow:F2} | {slow / median:F1}{verdict} |"));
        }
        return text.ToString();
    }

    private static IEnumerable<(string Target, string Workload, double Median, double Slow)> Summaries(IReadOnlyList<Measured> rounds) =>
        rounds.GroupBy(round => (round.Target, round.Workload)).Select(group => (
            group.Key.Target, group.Key.Workload,
            Figures.Median(group, round => round.Window.MedianMilliseconds),
            Figures.Median(group, round => round.Window.SlowMilliseconds)));
}

using System.Globalization;
using System.Text;
using AgentAuth.Benchmarks.Contestants;
using AgentAuth.Benchmarks.Workloads;

namespace AgentAuth.Benchmarks.Reports;

/// <summary>What was measured, as Markdown: one table to compare by, and one for each workload.</summary>
internal static class WorkloadTable
{
    public static string Of(IReadOnlyList<Measured> rounds, WorkloadOptions options)
    {
        var text = new StringBuilder();
        text.AppendLine(Invariant($"{Machine()}. SQLite in WAL mode with `synchronous=FULL`, unless `-normal`; PostgreSQL as installed."));
        text.Append(Invariant($"{options.Workers} connections, {options.Rounds} interleaved rounds of {options.Time.TotalSeconds} s, "))
            .AppendLine(Invariant($"medians. Load average at the end: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}."))
            .AppendLine().Append("CPU milliseconds per operation, server and database; ")
            .AppendLine("in brackets × `oidc-provider` on the same engine and × floor:");
        text.AppendLine().Append(Comparison(rounds));
        foreach (var workload in rounds.GroupBy(round => round.Workload))
        {
            text.AppendLine().AppendLine(Invariant($"**{workload.Key}** {Names.Meaning(workload.Key)}")).AppendLine();
            Detail(text, [.. workload], rounds);
        }
        return text.ToString();
    }

    /// <summary>One row a workload, one column a target.</summary>
    public static string Comparison(IReadOnlyList<Measured> rounds)
    {
        var text = new StringBuilder();
        var targets = rounds.Select(round => round.Target).Distinct(StringComparer.Ordinal).ToList();
        text.Append("| |").AppendJoin('|', targets).AppendLine("|");
        text.Append("|---|").AppendJoin('|', targets.Select(_ => "---:")).AppendLine("|");
        foreach (var workload in rounds.GroupBy(round => round.Workload))
        {
            text.Append(Invariant($"| {workload.Key} |")).AppendJoin('|', targets.Select(target =>
            {
                var own = workload.Where(round => round.Target == target).ToList();
                var ratios = $"({Ratio(own, rounds, Peer(target))}, {Ratio(own, rounds, FloorOf(target))})";
                return own.Count == 0 ? "" : Invariant($" {Figures.Median(own, Cost):F3} {ratios} ");
            })).AppendLine("|");
        }
        return text.ToString();
    }

    private static void Detail(StringBuilder text, IReadOnlyList<Measured> workload, IReadOnlyList<Measured> all)
    {
        var isStart = workload[0].Workload == "W8";
        text.AppendLine(isStart
            ? "| target | CPU ms | least–most | × oidc-provider | × floor | wall ms | idle RSS MB |"
            : "| target | CPU ms | least–most | of which database | × oidc-provider | × floor | op/s | p50 ms | p99 ms | RSS MB |");
        text.AppendLine(isStart ? "|---|---:|---:|---:|---:|---:|---:|" : "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var target in workload.GroupBy(round => round.Target))
        {
            var own = target.ToList();
            var costs = Invariant($"| {target.Key} | {Figures.Median(own, Cost):F3} | {own.Min(Cost):F3}–{own.Max(Cost):F3} |");
            var ratios = Invariant($" {Ratio(own, all, Peer(target.Key))} | {Ratio(own, all, FloorOf(target.Key))} |");
            var database = Figures.Median(own, r => r.Window.DatabaseMilliseconds / r.Window.Operations);
            var (median, slow) = (
                Figures.Median(own, r => r.Window.MedianMilliseconds), Figures.Median(own, r => r.Window.SlowMilliseconds));
            var memory = Invariant($"{own.Max(r => r.Window.ResidentMegabytes):F0}{Plus(own.Max(r => r.Window.DatabaseMegabytes))}");
            text.AppendLine(isStart
                ? Invariant($"{costs}{ratios} {Figures.Median(own, r => r.Window.MedianMilliseconds):F0} | {memory} |")
                : Invariant($"{costs} {(database > 0 ? Invariant($"{database:F3}") : "")} |{ratios} ")
                    + Invariant($"{Figures.Median(own, r => r.Window.Operations / r.Window.Seconds):F0} | ")
                    + Invariant($"{median:F2} | {slow:F2} | {memory} |"));
        }
    }

    private static double Cost(Measured round) => round.Window.CpuPerOperation;

    /// <summary>Each round against the other's round beside it, and the median of that.</summary>
    private static string Ratio(IReadOnlyList<Measured> own, IReadOnlyList<Measured> all, string other)
    {
        var ratios = own
            .SelectMany(mine => all
                .Where(theirs => theirs.Target == other && theirs.Workload == mine.Workload && theirs.Round == mine.Round)
                .Select(theirs => Cost(mine) / Cost(theirs)))
            .ToList();
        return ratios.Count == 0 ? "–" : Figures.Median(ratios).ToString("F2", CultureInfo.InvariantCulture);
    }

    private static string Peer(string target) => "oidc-provider-" + target.Replace("agentauth-", "", StringComparison.Ordinal)
        .Replace("oidc-provider-", "", StringComparison.Ordinal).Replace("floor", "sqlite", StringComparison.Ordinal);

    private static string FloorOf(string target) => target.EndsWith("-normal", StringComparison.Ordinal) ? "floor-normal" : "floor";

    private static string Plus(double megabytes) => megabytes > 0 ? Invariant($" + {megabytes:F0}") : "";

    private static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        var named = model is null ? "" : ", " + model.Split(':')[1].Trim();
        return Invariant($"{Environment.ProcessorCount} cores{named}, .NET {Environment.Version}");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

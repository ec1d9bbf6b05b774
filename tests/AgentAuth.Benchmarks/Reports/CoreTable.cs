using System.Globalization;
using System.Text;
using AgentAuth.Benchmarks.Workloads;

namespace AgentAuth.Benchmarks.Reports;

/// <summary>The same costs the other way round: what one core of a node, and one of the database, carries in a second.</summary>
internal static class CoreTable
{
    private const double MillisecondsInSecond = 1_000;

    public static string Of(IReadOnlyList<Measured> rounds)
    {
        var text = new StringBuilder("| target | | a second on one core of a node | on one core of the database | database's share |\n")
            .Append("|---|---|---:|---:|---:|\n");
        foreach (var group in rounds.Where(round => round.Workload != "W8").GroupBy(round => (round.Target, round.Workload)))
        {
            var own = Figures.Median(group, round => round.Window.OwnMilliseconds / round.Window.Operations);
            var database = Figures.Median(group, round => round.Window.DatabaseMilliseconds / round.Window.Operations);
            var (target, workload) = group.Key;
            text.AppendLine($"| {target} | {workload} | {PerSecond(own)} | {PerSecond(database)} | {Share(database, own + database)} |");
        }
        return text.ToString();
    }

    private static string PerSecond(double milliseconds) =>
        milliseconds > 0 ? (MillisecondsInSecond / milliseconds).ToString("N0", CultureInfo.InvariantCulture) : "–";

    private static string Share(double part, double whole) =>
        part > 0 ? (part / whole).ToString("P0", CultureInfo.InvariantCulture) : "–";
}

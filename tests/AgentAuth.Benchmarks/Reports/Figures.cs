using AgentAuth.Benchmarks.Workloads;

namespace AgentAuth.Benchmarks.Reports;

/// <summary>What is made of many rounds.</summary>
internal static class Figures
{
    public static double Median(IEnumerable<double> figures)
    {
        var ordered = figures.Order().ToList();
        return (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;
    }

    public static double Median(IEnumerable<Measured> rounds, Func<Measured, double> figure) => Median(rounds.Select(figure));
}

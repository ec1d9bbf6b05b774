using System.Text;
using AgentAuth.Benchmarks.Contestants;
using AgentAuth.Benchmarks.Statements;
using AgentAuth.Benchmarks.Workloads;

namespace AgentAuth.Benchmarks.Reports;

/// <summary>Measures everything docs/performance.md tells and writes it there, between its two marks.</summary>
internal static class Document
{
    private const string Begin = "<!-- measured: begin -->";
    private const string End = "<!-- measured: end -->";

    private static readonly string[] BothSettings =
        ["floor", "floor-normal", "oidc-provider-sqlite", "oidc-provider-sqlite-normal", "agentauth-sqlite", "agentauth-sqlite-normal"];

    private static readonly string[] Writing = ["W1", "W2", "W3", "W5"];

    public static async Task<int> WriteAsync(WorkloadOptions options)
    {
        var file = Path.Combine(Place.Repository, "docs", "performance.md");
        var text = await File.ReadAllTextAsync(file);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new UnfitException($"{file} has lost its marks {Begin} and {End}.");
        }
        var (markdown, isFine) = await MeasureAsync(options);
        await File.WriteAllTextAsync(file, $"{text[..(begin + Begin.Length)]}\n{markdown.ReplaceLineEndings("\n")}{text[end..]}");
        await Console.Out.WriteLineAsync(markdown);
        return isFine ? 0 : 1;
    }

    private static async Task<(string Markdown, bool IsFine)> MeasureAsync(WorkloadOptions options)
    {
        var all = await Report.RaceAsync(options);
        var settings = options with { Targets = BothSettings, Workloads = [.. options.Workloads.Intersect(Writing)] };
        var both = await Report.RaceAsync(settings);
        var (overload, isFine) = await Report.FloodAsync(options);
        var ours = all.Rounds.Where(round =>
            round.Target.StartsWith("agentauth", StringComparison.Ordinal) && Writing.Append("W4").Contains(round.Workload)).ToList();
        var date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var text = new StringBuilder($"\n### Workloads, {date}\n\n")
            .Append(WorkloadTable.Of(all.Rounds, options)).Append(Report.Failures(all))
            .Append("\n### Waiting, with every worker asking at once\n\n").Append(LatencyTable.Of(ours))
            .Append("\n### What one core carries\n\n").Append(CoreTable.Of(ours))
            .Append("\n### SQLite, `synchronous=FULL` beside `NORMAL`\n\n")
            .Append(WorkloadTable.Comparison(both.Rounds)).Append(Report.Failures(both))
            .Append("\n### Ten times too much\n\n").Append(overload)
            .Append("### Statements of each request\n\n").Append(await Count.TableAsync(withSql: false)).Append('\n');
        return (text.ToString(), isFine && LatencyTable.IsFine(ours) && all.Failures.Count + both.Failures.Count == 0);
    }
}

using System.Text.Json;
using AgentAuth.Benchmarks.Workloads;

namespace AgentAuth.Benchmarks.Reports;

/// <summary>Runs what was asked for, prints it, and keeps it where it was told to.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly string[] Ours = ["agentauth-sqlite", "agentauth-postgres"];

    public static async Task<int> WorkloadsAsync(WorkloadOptions options)
    {
        var race = await RaceAsync(options);
        await KeepAsync(options, Markdown(race, options), new { options, race.Rounds, race.Failures });
        return race.Failures.Count == 0 ? 0 : 1;
    }

    /// <summary>The acceptance: the slowest in a hundred below five times the median, with every worker asking at once.</summary>
    public static async Task<int> LatencyAsync(WorkloadOptions options)
    {
        var asked = options with { Targets = OursOf(options), Workloads = [.. options.Workloads.Except(["W6", "W8", "W9"])] };
        var race = await RaceAsync(asked);
        var table = LatencyTable.Of(race.Rounds);
        await KeepAsync(options, table + Failures(race), new { options = asked, race.Rounds, race.Failures });
        return race.Failures.Count == 0 && LatencyTable.IsFine(race.Rounds) ? 0 : 1;
    }

    public static async Task<int> OverloadAsync(WorkloadOptions options)
    {
        var (markdown, isFine) = await FloodAsync(options);
        await KeepAsync(options, markdown, new { options, isFine });
        return isFine ? 0 : 1;
    }

    public static async Task<(string Markdown, bool IsFine)> FloodAsync(WorkloadOptions options)
    {
        await using var ring = await Ring.OpenAsync(options with { Targets = OursOf(options) });
        var (markdown, isFine) = ("", true);
        foreach (var crew in ring.Crews)
        {
            var one = await new Overload(crew, options).RunAsync();
            (markdown, isFine) = (markdown + one.Markdown, isFine && one.IsFine);
        }
        return (markdown, isFine);
    }

    private static string[] OursOf(WorkloadOptions options)
    {
        var named = options.Targets.Where(target => target.StartsWith("agentauth", StringComparison.Ordinal)).ToArray();
        return named.Length > 0 ? named : Ours;
    }

    public static async Task<Race> RaceAsync(WorkloadOptions options)
    {
        var race = new Race(options);
        await using var ring = await Ring.OpenAsync(options);
        await race.RunAsync(ring.Crews);
        return race;
    }

    private static string Markdown(Race race, WorkloadOptions options) =>
        (race.Rounds.Count == 0 ? "" : WorkloadTable.Of(race.Rounds, options)) + Failures(race);

    public static string Failures(Race race) =>
        race.Failures.Count == 0 ? "" : $"\nFailures:\n\n- {string.Join("\n- ", race.Failures)}\n";

    private static async Task KeepAsync(WorkloadOptions options, string markdown, object figures)
    {
        await Console.Out.WriteLineAsync(markdown);
        if (options.Out is { } file)
        {
            await File.WriteAllTextAsync(file + ".md", markdown);
            await File.WriteAllTextAsync(file + ".json", JsonSerializer.Serialize(figures, Indented));
        }
    }
}

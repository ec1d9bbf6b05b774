using System.Diagnostics;
using System.Globalization;
using AgentAuth.Benchmarks.Contestants;
using AgentAuth.Benchmarks.Load;

namespace AgentAuth.Benchmarks.Workloads;

/// <summary>
/// Every contestant runs at once and is loaded alone, in turn, round after round: what slows the machine for a while slows all of them.
/// </summary>
internal sealed class Race(WorkloadOptions options)
{
    /// <summary>A just-in-time compiler needs calls as well as time.</summary>
    private const int WarmUpOperations = 4_000;

    private const int LongestWarmUps = 4;

    private static readonly TimeSpan ShortWarmUp = TimeSpan.FromMilliseconds(500);

    public List<Measured> Rounds { get; } = [];

    public List<string> Failures { get; } = [];

    public async Task RunAsync(IReadOnlyList<Crew> crews)
    {
        foreach (var workload in options.Workloads)
        {
            if (workload == "W9")
            {
                await GrowAsync([.. crews.Where(crew => crew.Contestant.Workloads.Contains(workload))]);
                continue;
            }
            await RoundsAsync(workload, workload, [.. crews.Where(crew => crew.Contestant.Workloads.Contains(workload))]);
        }
    }

    private async Task RoundsAsync(string workload, string label, IReadOnlyList<Crew> crews)
    {
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var crew in crews)
            {
                await GuardAsync(crew, label, async () => Add(new Measured(
                    crew.Contestant.Name, label, round,
                    workload == "W8" ? await ColdStart.MeasureAsync(crew) : await RoundAsync(workload, crew, round))));
            }
        }
    }

    private async Task<Window> RoundAsync(string workload, Crew crew, int round)
    {
        var operation = await Operations.PrepareAsync(workload, crew, options);
        if (options.Operations is { } few)
        {
            return await CheckedAsync(crew, operation, TimeSpan.MaxValue, Math.Min(few, operation.AtMost));
        }
        if (operation.AtMost < int.MaxValue)
        {
            if (round == 1)
            {
                await CheckedAsync(crew, operation, options.WarmUp, operation.AtMost);
                operation = await Operations.PrepareAsync(workload, crew, options);
            }
            return await CheckedAsync(crew, operation, TimeSpan.MaxValue, operation.AtMost);
        }
        await WarmUpAsync(crew, operation, round == 1);
        return await CheckedAsync(crew, operation, options.Time, operation.AtMost);
    }

    private static async Task<Window> CheckedAsync(Crew crew, Operation operation, TimeSpan atMost, int operations)
    {
        var window = await Window.RunAsync(crew, operation.Run, atMost, operations);
        await (operation.Afterwards?.Invoke() ?? Task.CompletedTask);
        return window;
    }

    private async Task WarmUpAsync(Crew crew, Operation operation, bool thoroughly)
    {
        var (clock, done) = (Stopwatch.StartNew(), 0);
        do
        {
            done += (await Window.RunAsync(crew, operation.Run, thoroughly ? options.WarmUp : ShortWarmUp, int.MaxValue)).Operations;
        }
        while (thoroughly && done < WarmUpOperations && clock.Elapsed < options.WarmUp * (LongestWarmUps - 1));
    }

    /// <summary>Refreshing and introspecting again as the store grows: the cost must stay where it is.</summary>
    private async Task GrowAsync(IReadOnlyList<Crew> crews)
    {
        foreach (var crew in crews.Where(crew => crew.Contestant is not Floor))
        {
            // Something to copy.
            await GuardAsync(crew, "W9", () => crew.SharedAsync(options.Workers, (worker, i) => crew.Person(i).ConnectAsync(worker)));
        }
        var planted = 0;
        foreach (var grants in options.Grants)
        {
            foreach (var crew in crews)
            {
                await GuardAsync(crew, "W9", async () =>
                {
                    await crew.Contestant.StopAsync();
                    await crew.Contestant.GrowAsync(planted, grants);
                    await crew.Contestant.RestartAsync(crew.Http);
                });
            }
            planted = grants;
            var size = grants.ToString("N0", CultureInfo.InvariantCulture);
            await RoundsAsync("W2", $"W9: W2 at {size} grants", crews);
            await RoundsAsync("W4", $"W9: W4 at {size} grants", crews);
        }
    }

    private async Task GuardAsync(Crew crew, string workload, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (Window.IsAnswer(failure) || failure is System.Data.Common.DbException)
        {
            Failures.Add($"{crew.Contestant.Name} {workload}: {failure.Message.ReplaceLineEndings(" ")}");
            await Say($"FAILED {Failures[^1]}");
        }
    }

    private void Add(Measured measured)
    {
        Rounds.Add(measured);
        var window = measured.Window;
        var cost = FormattableString.Invariant($"{window.CpuPerOperation:F3} ms CPU, {window.Operations} operations");
        var waits = FormattableString.Invariant($"p50 {window.MedianMilliseconds:F1}, p99 {window.SlowMilliseconds:F1} ms");
        _ = Say($"{measured.Workload} #{measured.Round} {measured.Target}: {cost}, {waits}");
        if (window.Failures > 0)
        {
            Failures.Add($"{measured.Target} {measured.Workload} round {measured.Round}: {window.Failures} failed: {window.FirstFailure}");
        }
    }

    private static Task Say(string line) => Console.Error.WriteLineAsync(line);
}

using System.Diagnostics;
using AgentAuth.Benchmarks.Load;

namespace AgentAuth.Benchmarks.Workloads;

/// <summary>W8: what a start costs up to the first token, and what the server holds once it is idle.</summary>
internal static class ColdStart
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan UntilIdle = TimeSpan.FromSeconds(2.5);

    public static async Task<Window> MeasureAsync(Crew crew)
    {
        var contestant = crew.Contestant;
        await contestant.StopAsync();
        var database = contestant.Engine == Contestants.Engine.Postgres ? -1.0 : 0;
        var clock = Stopwatch.StartNew();
        contestant.Launch();
        database = database < 0 ? contestant.CpuMilliseconds().Database : 0;
        while (!await HasTokenAsync(crew))
        {
            if (clock.Elapsed > Patience)
            {
                throw new UnfitException("There was no token within a minute of the start.");
            }
            await Task.Delay(Pause);
        }
        var (wall, used) = (clock.Elapsed, contestant.CpuMilliseconds());
        await Task.Delay(UntilIdle);
        var idle = contestant.ResidentMegabytes();
        await contestant.LearnAsync(crew.Http); // one that keeps no keys has new ones
        return new(
            1, 0, FirstFailure: null, wall.TotalSeconds, used.Own, used.Database - database,
            wall.TotalMilliseconds, wall.TotalMilliseconds, idle, contestant.DatabaseMegabytes());
    }

    private static async Task<bool> HasTokenAsync(Crew crew)
    {
        try
        {
            using var answer = await crew.Workers[0].AskForTokenAsync();
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

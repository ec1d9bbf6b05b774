using System.Diagnostics;

namespace AgentAuth.EndToEnd.Support;

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan atMost, Func<string> orElse)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(since) > atMost)
            {
                Assert.Fail(orElse());
            }

            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}

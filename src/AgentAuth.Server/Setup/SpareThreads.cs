namespace AgentAuth.Server.Setup;

/// <summary>
/// Threads for the requests that have nothing to do with what the others are held up by. Whoever gives up a statement holds its thread
/// while the database is asked to cancel it (Npgsql), and so does whoever waits for SQLite's file, for a second each; the pool of a small
/// machine has a thread or two, and would add another every half a second. More threads all the time would be no cure: a machine that only
/// computes then divides its time among them, and the slowest of a hundred answers takes several times as long.
/// </summary>
internal static class SpareThreads
{
    /// <summary>How long nothing may be finished while something waits.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    /// <summary>Beats without a stall until the spare threads are given up.</summary>
    private const int CalmBeats = 50;

    /// <summary>Added each time the pool stalls.</summary>
    private const int AtOnce = 8;

    /// <summary>Beyond the pool's own: more requests than this are not answered at once (<see cref="LoadLimits.AtOnce"/>).</summary>
    private const int Most = 64;

    /// <summary>Once a process: the pool is the process's.</summary>
    public static void Keep(IHostApplicationLifetime lifetime) => lifetime.ApplicationStarted.Register(() =>
        new Thread(() => Watch(lifetime.ApplicationStopped)) { IsBackground = true, Name = nameof(SpareThreads) }.Start());

    private static void Watch(CancellationToken stopped)
    {
        ThreadPool.GetMinThreads(out var usual, out var ports);
        var (spare, calm, completed) = (0, 0, -1L);
        while (!stopped.WaitHandle.WaitOne(Beat))
        {
            var (before, waiting) = (completed, ThreadPool.PendingWorkItemCount);
            completed = ThreadPool.CompletedWorkItemCount;
            if (waiting > 0 && completed == before)
            {
                calm = 0;
                spare = Math.Min(Most, Math.Max(spare, ThreadPool.ThreadCount - usual) + AtOnce);
                ThreadPool.SetMinThreads(usual + spare, ports);
            }
            else if (spare > 0 && ++calm == CalmBeats)
            {
                (spare, calm) = (0, 0);
                ThreadPool.SetMinThreads(usual, ports);
                AimLow(usual);
            }
        }
    }

    /// <summary>The pool would go on aiming at what it had; lowering its limit for a moment makes it aim at what is usual again.</summary>
    private static void AimLow(int usual)
    {
        ThreadPool.GetMaxThreads(out var most, out var ports);
        ThreadPool.SetMaxThreads(Math.Max(usual, Environment.ProcessorCount), ports);
        ThreadPool.SetMaxThreads(most, ports);
    }
}

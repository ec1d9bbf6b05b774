namespace AgentAuth.Server.Setup;

/// <summary>
/// Threads for the requests that have nothing to do with what the others are held up by. Whoever gives up a statement holds its thread
/// while the database is asked to cancel it (Npgsql), and so does whoever waits for SQLite's file, for a second or two each; the pool of a
/// small machine has a thread or two, and would add another every half a second. More threads all the time would be no cure: a machine
/// that only computes then divides its time among them, and the slowest of a hundred answers takes several times as long.
/// </summary>
/// <remarks>A pool whose minimum the operator forces (<c>DOTNET_ThreadPool_ForceMinWorkerThreads</c>) stays as it is.</remarks>
internal sealed class SpareThreads
{
    /// <summary>Added each time the pool is held up.</summary>
    public const int AtOnce = 8;

    /// <summary>Beyond the pool's own: more requests than this are not answered at once (<see cref="LoadLimits.AtOnce"/>).</summary>
    public const int Most = 64;

    /// <summary>Beats without being held up until the spare threads are given back.</summary>
    public const int CalmBeats = 50;

    /// <summary>How long what waits may wait for a thread while the processors have little to do.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private readonly int _usual;
    private readonly int _limit;
    private int _calm;

    /// <param name="usual">How many threads the pool has without waiting.</param>
    /// <param name="most">How many it may have.</param>
    public SpareThreads(int usual, int most) =>
        (_usual, _limit, Wanted) = (usual, Math.Max(usual, Math.Min(usual + Most, most)), usual);

    /// <summary>How many it should have without waiting.</summary>
    public int Wanted { get; private set; }

    private bool HasSpare => Wanted > _usual;

    /// <summary>Once a process: the pool is the process's.</summary>
    public static void Keep(IHostApplicationLifetime lifetime) => lifetime.ApplicationStarted.Register(() =>
        new Thread(() => Watch(lifetime.ApplicationStopped)) { IsBackground = true, Name = nameof(SpareThreads) }.Start());

    /// <summary>Another beat has passed.</summary>
    /// <param name="isHeldUp">Something waits for a thread though the processors would have time for it.</param>
    /// <param name="busy">Threads that work, or wait in the middle of it.</param>
    /// <returns>Whether <see cref="Wanted"/> is another now.</returns>
    public bool Next(bool isHeldUp, int busy)
    {
        var before = Wanted;
        if (isHeldUp)
        {
            _calm = 0;
            Wanted = Math.Clamp(busy + AtOnce, Wanted, _limit);
        }
        else if (HasSpare && ++_calm >= CalmBeats && busy <= _usual)
        {
            (Wanted, _calm) = (_usual, 0);
        }
        return Wanted != before;
    }

    private static void Watch(CancellationToken stopped)
    {
        ThreadPool.GetMinThreads(out var usual, out var ports);
        ThreadPool.GetMaxThreads(out var most, out var mostPorts);
        var (spare, probe, processors) = (new SpareThreads(usual, most), new Probe(), new Processors());
        while (!stopped.WaitHandle.WaitOne(Beat))
        {
            ThreadPool.GetAvailableThreads(out var available, out _);
            var haveTime = processors.HaveTime();
            if (!spare.Next(probe.Waits() && haveTime, most - available))
            {
                continue;
            }
            ThreadPool.SetMinThreads(spare.Wanted, ports);
            if (!spare.HasSpare)
            {
                // The pool would go on aiming at what it had; a lower limit for a moment makes it aim at what is usual.
                ThreadPool.SetMaxThreads(Math.Max(usual, Environment.ProcessorCount), mostPorts);
                ThreadPool.SetMaxThreads(most, mostPorts);
            }
        }
    }

    /// <summary>Whether this process left some of what it may compute unused since the last time it was asked.</summary>
    private sealed class Processors
    {
        /// <summary>Of all processors together. A container may be allowed half of one.</summary>
        private const double Much = 0.4;

        private TimeSpan _computed = Environment.CpuUsage.TotalTime;
        private long _at = TimeProvider.System.GetTimestamp();

        public bool HaveTime()
        {
            var (before, since) = (_computed, TimeProvider.System.GetElapsedTime(_at));
            (_computed, _at) = (Environment.CpuUsage.TotalTime, TimeProvider.System.GetTimestamp());
            return _computed - before < since * Environment.ProcessorCount * Much;
        }
    }

    /// <summary>Queues with the others, if there are any, to see how long they wait.</summary>
    private sealed class Probe : IThreadPoolWorkItem
    {
        private volatile bool _isQueued;

        public void Execute() => _isQueued = false;

        /// <summary>Whether it has waited since the last time it was asked.</summary>
        public bool Waits()
        {
            if (_isQueued)
            {
                return true;
            }
            if (ThreadPool.PendingWorkItemCount > 0)
            {
                _isQueued = true;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
            return false;
        }
    }
}

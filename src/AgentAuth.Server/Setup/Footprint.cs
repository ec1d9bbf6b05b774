using System.Runtime.InteropServices;

namespace AgentAuth.Server.Setup;

/// <summary>
/// How much memory the process keeps of what it no longer uses. The runtime gives back what is its own when it collects; the C library's
/// allocator, which SQLite, OpenSSL and the just-in-time compiler use, does not by itself. Figures: docs/reliability.md.
/// </summary>
internal static class Footprint
{
    /// <summary>
    /// Pools the C library takes memory from. It would open one a thread up to eight a processor, and each keeps the most it ever held.
    /// </summary>
    private const int MaxPools = 2;

    /// <summary>The C library's number for "at most so many pools", <c>M_ARENA_MAX</c>.</summary>
    private const int PoolsParameter = -8;

    /// <summary>By then the first requests have loaded what they need.</summary>
    private static readonly TimeSpan StartIsOver = TimeSpan.FromSeconds(2);

    /// <summary>Before there are threads to open pools.</summary>
    public static void LimitPools() => OfGnu(() => NativeMethods.SetOption(PoolsParameter, MaxPools));

    /// <summary>A start reads, compiles and configures a lot that nobody needs again; once, when it is over, that is given back.</summary>
    public static void SettleAfterStart(IHostApplicationLifetime lifetime) =>
        lifetime.ApplicationStarted.Register(() => _ = SettleAsync(lifetime.ApplicationStopping));

    private static async Task SettleAsync(CancellationToken stop)
    {
        await Task.Delay(StartIsOver, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stop.IsCancellationRequested)
        {
            MappedImages.LetGo(); // before the collection, which takes what this leaves behind
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            OfGnu(() => NativeMethods.Trim(0));
        }
    }

    /// <summary>Other systems, and Alpine's C library, have no such pools.</summary>
    private static void OfGnu(Func<int> ask)
    {
        try
        {
            _ = ask();
        }
        catch (Exception none) when (none is DllNotFoundException or EntryPointNotFoundException)
        {
            // Nothing to limit.
        }
    }

    private static class NativeMethods
    {
        private const string GnuC = "libc.so.6";

        [DllImport(GnuC, EntryPoint = "mallopt")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SetOption(int parameter, int value);

        [DllImport(GnuC, EntryPoint = "malloc_trim")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Trim(nuint keep);
    }
}

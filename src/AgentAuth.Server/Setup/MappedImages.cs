using System.Globalization;
using System.Runtime.InteropServices;

namespace AgentAuth.Server.Setup;

/// <summary>
/// The packages' files as they are mapped into this process: their compiled code, and what describes it. A start touches most of it once.
/// What is needed again comes back at the first touch from the system's cache of files, a microsecond or two for 64 KB.
/// </summary>
internal static class MappedImages
{
    private const int NotNeededNow = 4; // MADV_DONTNEED
    private const string Sizes = "/proc/self/smaps";
    private const string Code = "r-xp";
    private const string AsOnDisk = "r--s";

    /// <summary>Lets go of all that is the same in the file as in memory.</summary>
    public static void LetGo()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        try
        {
            foreach (var (start, length) in Unchanged(File.ReadLines(Sizes)).ToList())
            {
                _ = NativeMethods.Advise(start, length, NotNeededNow);
            }
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException
            or DllNotFoundException or EntryPointNotFoundException)
        {
            // What this system does not show or take back stays.
        }
    }

    /// <summary>
    /// Where <c>smaps</c> says that an assembly lies of which nothing was written: that would be lost. Only the runtime's loader maps an
    /// assembly as code, and once more as it is on disk, and unmaps neither, since nothing here is loaded to be unloaded: no address is
    /// somebody else's by the time it is used.
    /// </summary>
    private static IEnumerable<(nint Start, nuint Length)> Unchanged(IEnumerable<string> smaps)
    {
        var mappings = UnchangedAssemblies(smaps);
        var loaded = mappings.Where(m => m.Rights == Code).Select(m => m.File).ToHashSet(StringComparer.Ordinal);
        return mappings
            .Where(m => m.Rights == Code || (m.Rights == AsOnDisk && loaded.Contains(m.File)))
            .Select(m => Ends(m.Range)).OfType<(nint, nuint)>();
    }

    private static List<Mapping> UnchangedAssemblies(IEnumerable<string> smaps)
    {
        var all = new List<Mapping>();
        Mapping? last = null;
        foreach (var fields in smaps.Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!fields[0].EndsWith(':'))
            {
                last = fields is [var range, var rights, _, _, _, .., var file] && file.EndsWith(".dll", StringComparison.Ordinal)
                    ? new(range, rights, file)
                    : null;
            }
            else if (last is not null && fields is ["Anonymous:", "0", ..])
            {
                all.Add(last);
            }
        }
        return all;
    }

    private static (nint Start, nuint Length)? Ends(string range)
    {
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        return nint.TryParse(range.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
            && nint.TryParse(range.AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end)
            ? (start, (nuint)(end - start))
            : null;
    }

    private sealed record Mapping(string Range, string Rights, string File);

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "madvise")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Advise(nint start, nuint length, int advice);
    }
}

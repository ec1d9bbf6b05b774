using System.Globalization;

namespace AgentAuth.Benchmarks.Contestants;

/// <summary>What a process and all it started have used, as the kernel counts it.</summary>
internal static class ProcessTree
{
    /// <summary>The kernel's clock tick as /proc shows it, 100 a second whatever the kernel was built with.</summary>
    private const double TickMilliseconds = 10;

    private const int ParentField = 1;

    /// <summary>User and system time of the process and of its ended children, in this order.</summary>
    private static readonly Range TimeFields = 11..15;

    public static double CpuMilliseconds(int root) => Members(root).Sum(Ticks) * TickMilliseconds;

    public static double ResidentMegabytes(int root) => Members(root).Sum(process => Kilobytes(process, "status", "VmRSS:")) / 1024;

    /// <summary>Memory shared by a database's processes counts once.</summary>
    public static double ProportionalMegabytes(int root) =>
        Members(root).Sum(process => Kilobytes(process, "smaps_rollup", "Pss:")) / 1024;

    private static List<int> Members(int root)
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .ToLookup(id => Fields(id) is { } fields ? Number(fields[ParentField]) : 0);
        var members = new List<int> { root };
        for (var i = 0; i < members.Count; i++)
        {
            members.AddRange(children[members[i]]);
        }
        return members;
    }

    private static long Ticks(int process) => Fields(process) is { } fields ? fields[TimeFields].Sum(Number) : 0;

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    /// <summary>What stands behind the program's name, which may itself hold spaces.</summary>
    private static string[]? Fields(int process) =>
        Read($"/proc/{process}/stat") is { } line ? line[(line.LastIndexOf(')') + 2)..].Split(' ') : null;

    private static double Kilobytes(int process, string file, string label)
    {
        var line = Read($"/proc/{process}/{file}")?.Split('\n').FirstOrDefault(l => l.StartsWith(label, StringComparison.Ordinal));
        return line is null ? 0 : Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    /// <summary>Null once the process is gone.</summary>
    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}

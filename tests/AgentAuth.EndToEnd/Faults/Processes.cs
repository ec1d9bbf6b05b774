using System.Globalization;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>What Linux says of a process.</summary>
internal static class Processes
{
    public static IEnumerable<int> ChildrenOf(int parent) => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0 && ParentOf(id) == parent);

    public static long ResidentKilobytes(int id) => Status(id, "VmRSS:");

    public static int Threads(int id) => (int)Status(id, "Threads:");

    public static int Handles(int id) => Directory.GetFileSystemEntries($"/proc/{id}/fd").Length;

    /// <summary>Whether this process, and what it starts, may run there.</summary>
    public static bool MayUse(int processor)
    {
        var ranges = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal))
            .Split(':')[1].Split(',').Select(range => range.Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray());
        return ranges.Any(range => range[0] <= processor && processor <= range[^1]);
    }

    private static long Status(int id, string name) => long.Parse(
        File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..]
            .Replace("kB", string.Empty, StringComparison.Ordinal),
        CultureInfo.InvariantCulture);

    private static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // it has ended
        }
    }
}

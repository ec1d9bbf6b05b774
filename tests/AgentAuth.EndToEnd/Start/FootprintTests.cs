using System.Globalization;
using AgentAuth.EndToEnd.Faults;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Start;

/// <summary>What a process that has just started and was asked a lot at once holds of the system.</summary>
public sealed class FootprintTests
{
    /// <summary>Two, and those the runtime's own threads opened before any code of ours ran.</summary>
    private const int MostPools = 8;

    /// <summary>Kilobytes of the packages' code; by the time it is ready, a server has touched twice as much.</summary>
    private const long MostCode = 12_000;

    private const long PoolBytes = 64 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_c_librarys_allocator_opens_no_pool_for_each_thread()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux says which memory a process has mapped.");
        using var folder = new TemporaryFolder();
        await using var server = ProductProcess.Start(ProductProcess.OnSqlite(folder.Path));
        await server.IsReadyAsync(Patience);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => server.KeysAsync()));

        Assert.InRange(PoolsOf(server.ProcessId), 0, MostPools);
    }

    [Fact]
    public async Task What_only_the_start_needed_is_given_back_when_it_is_over()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux says which memory a process has mapped.");
        using var folder = new TemporaryFolder();
        await using var server = ProductProcess.Start(ProductProcess.OnSqlite(folder.Path));
        await server.IsReadyAsync(Patience);

        var held = 0L;
        await Poll.UntilAsync(
            () => Task.FromResult((held = CodeOf(server.ProcessId)) < MostCode), Patience, () => $"It still holds {held} kB of code.");

        await server.KeysAsync();
    }

    /// <summary>Kilobytes of assemblies' code that this process holds.</summary>
    private static long CodeOf(int process)
    {
        var (sum, isCode) = (0L, false);
        foreach (var fields in File.ReadLines($"/proc/{process}/smaps").Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            isCode = fields[0].EndsWith(':') ? isCode : fields[1] == "r-xp" && fields[^1].EndsWith(".dll", StringComparison.Ordinal);
            sum += isCode && fields[0] == "Rss:" ? long.Parse(fields[1], CultureInfo.InvariantCulture) : 0;
        }
        return sum;
    }

    /// <summary>
    /// A pool is 64 MB of addresses that begin at a multiple of that: what is used of it, and behind it what is only kept free.
    /// </summary>
    private static int PoolsOf(int process)
    {
        var maps = File.ReadLines($"/proc/{process}/maps").Select(Mapping.Of).ToList();
        return maps.Zip(maps.Skip(1)).Count(pair =>
            pair.First is { Rights: "rw-p", IsFile: false } used && pair.Second is { Rights: "---p" } kept
            && used.From % PoolBytes == 0 && used.To == kept.From && kept.To - used.From == PoolBytes);
    }

    private sealed record Mapping(long From, long To, string Rights, bool IsFile)
    {
        public static Mapping Of(string line)
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var ends = fields[0].Split('-');
            return new(Number(ends[0]), Number(ends[1]), fields[1], fields.Length > 5);
        }

        /// <summary>Addresses of the kernel's own do not fit, and are not asked about.</summary>
        private static long Number(string hex) =>
            long.TryParse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
    }
}

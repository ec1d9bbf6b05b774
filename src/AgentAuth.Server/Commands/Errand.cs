using AgentAuth.Server.Setup;

namespace AgentAuth.Server.Commands;

/// <summary>What one command was asked to do, and where it says what it did.</summary>
internal sealed record Errand(
    IReadOnlyList<string> Words, IReadOnlyList<string> Flags, string[] Settings, TextWriter Out, CancellationToken Stop)
{
    private readonly Lazy<IConfiguration> _configuration = new(() => Program.Begin(Settings).Configuration);

    /// <summary>What follows a flag that takes a value.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What the process ends with when the command came to its end.</summary>
    public int Status { get; set; }

    public TimeProvider Clock { get; } = TimeProvider.System;

    public IConfiguration Configuration => _configuration.Value;

    public ServerSettings Server => ServerSettings.Read(Configuration);

    public bool Has(string flag) => Flags.Contains(flag, StringComparer.Ordinal);

    public string? ValueOf(string flag) => Values.GetValueOrDefault(flag);

    public Task SayAsync(string line) => Out.WriteLineAsync(line);

    /// <summary>A few words and a number each, the numbers below each other.</summary>
    public async Task SayTableAsync(IReadOnlyList<string> heads, IEnumerable<(string What, long[] Counts)> rows)
    {
        var lines = rows.ToList();
        var first = lines.Select(r => r.What.Length).Append(heads[0].Length).Max();
        await SayAsync($"  {heads[0].PadRight(first)}{string.Concat(heads.Skip(1).Select(h => h.PadLeft(ColumnWidth)))}");
        foreach (var (what, counts) in lines)
        {
            await SayAsync($"  {what.PadRight(first)}{string.Concat(counts.Select(c => $"{c,ColumnWidth}"))}");
        }
    }

    private const int ColumnWidth = 12;
}

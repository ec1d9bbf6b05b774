using System.Globalization;

namespace AgentAuth.EndToEnd.Support;

/// <summary>What libfaketime tells a process the time is; the monotonic clock goes on as it is.</summary>
internal sealed class FakedClock(string file)
{
    private static readonly string[] Libraries =
        ["/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"];

    private static readonly TimeSpan Seen = TimeSpan.FromSeconds(10);

    public Dictionary<string, string> Environment { get; } = Start(file);

    public async Task JumpAsync(DemoProcess demo, string to)
    {
        await File.WriteAllTextAsync(file, to, TestContext.Current.CancellationToken);
        var seconds = to[^1] switch { 'd' => 86_400, 'h' => 3_600, _ => 1 } * int.Parse(to[1..^1], CultureInfo.InvariantCulture);
        await Poll.UntilAsync(
            async () => Math.Abs(((await DateAsync(demo)) - TimeProvider.System.GetUtcNow()).TotalSeconds - seconds) < 20,
            Seen,
            () => $"The server does not follow the clock to {to}.");
    }

    private static Dictionary<string, string> Start(string file)
    {
        if (Array.Find(Libraries, File.Exists) is not { } library)
        {
            Machine.Lacks("libfaketime", "install Debian's libfaketime");
            return [];
        }

        File.WriteAllText(file, "+0s");
        return new(StringComparer.Ordinal)
        {
            ["LD_PRELOAD"] = library,
            ["FAKETIME_TIMESTAMP_FILE"] = file,
            ["FAKETIME_CACHE_DURATION"] = "1", // seconds; without it the file is read at each look at the clock
            ["DONT_FAKE_MONOTONIC"] = "1",
        };
    }

    private static async Task<DateTimeOffset> DateAsync(DemoProcess demo)
    {
        using var answer = await Web.Client.GetAsync($"{demo.Url}/health/live", TestContext.Current.CancellationToken);
        return answer.Headers.Date ?? DateTimeOffset.MinValue;
    }
}

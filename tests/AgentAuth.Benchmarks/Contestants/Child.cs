using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace AgentAuth.Benchmarks.Contestants;

/// <summary>A process we started, bound to a core, its words in a file; ended by its id.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<int, Process> Alive = new();
    private static readonly List<PosixSignalRegistration> Signals = [];

    private readonly Process _process;
    private readonly string _words;

    // However the benchmarks are ended: by themselves, by a person, by a clock.
    static Child()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();
        Signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => EndAll()));
        Signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => EndAll()));
    }

    private Child(Process process, string words)
    {
        (_process, _words) = (process, words);
        Alive[Id] = process;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string LastWords() => File.Exists(_words) ? string.Join('\n', File.ReadLines(_words).TakeLast(20)) : "";

    /// <summary>The shell becomes taskset and taskset the program: the id stays the one we know.</summary>
    public static Child Start(
        IReadOnlyList<string> command, string folder, string log, int? core, IReadOnlyDictionary<string, string>? environment = null)
    {
        var pinned = core is { } number ? $"taskset -c {number.ToString(CultureInfo.InvariantCulture)} \"$@\"" : "\"$@\"";
        var script = $"log=$1; shift; exec {pinned} >> \"$log\" 2>&1 < /dev/null";
        var start = new ProcessStartInfo("bash", ["-c", script, "bash", log, .. command])
        {
            WorkingDirectory = folder,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[key] = value;
        }
        return new Child(Process.Start(start)!, log);
    }

    /// <summary>Runs a program to its end, which must be a good one.</summary>
    public static async Task<string> RunAsync(
        IReadOnlyList<string> command, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[key] = value;
        }
        using var process = Process.Start(start)!;
        var words = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await words
            : throw new UnfitException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await words}{await errors}");
    }

    public async Task SignalAsync(string signal)
    {
        if (!_process.HasExited)
        {
            await RunAsync(["kill", "-s", signal, Id.ToString(CultureInfo.InvariantCulture)]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await SignalAsync("TERM");
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
        Alive.TryRemove(Id, out _);
        _process.Dispose();
    }

    private static void EndAll()
    {
        foreach (var process in Alive.Values.Where(process => !process.HasExited))
        {
            process.Kill();
        }
    }
}

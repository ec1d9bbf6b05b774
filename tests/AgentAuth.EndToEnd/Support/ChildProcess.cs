using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace AgentAuth.EndToEnd.Support;

/// <summary>A process we started, and end by its id; none outlives the tests.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<int, Process> Alive = new();

    private static readonly List<PosixSignalRegistration> Signals = [];

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    // However the tests are ended: by themselves, by a person, by a clock.
    static ChildProcess()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();
        Signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => EndAll()));
        Signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => EndAll()));
    }

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data, isOutput: true);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, isOutput: false);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Everything it has said so far, on both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>The end of what it has said: what a failed test shows.</summary>
    public string LastWords => string.Join('\n', Output.Split('\n').TakeLast(80));

    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[key] = value;
        }

        var child = new ChildProcess(start);
        child._process.Start();
        Alive[child.Id] = child._process;
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end, which must be a good one, and hands back what it said.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        await using var child = Start(program, arguments);
        var code = await child.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{child.LastWords}");
        return child.Output;
    }

    /// <summary>The next line of its standard output that the test is waiting for.</summary>
    public async Task<string> LineAsync(Func<string, bool> wanted, TimeSpan atMost)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(atMost);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(limit.Token))
            {
                if (wanted(line))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Process {Id} did not say what the test waits for. It said:\n{LastWords}");
        }

        throw new Xunit.Sdk.XunitException($"Process {Id} ended before it said what the test waits for. It said:\n{LastWords}");
    }

    public async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async Task<int> WaitAsync(TimeSpan atMost)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(atMost);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Process {Id} did not end within {atMost.TotalSeconds} s. It said:\n{LastWords}");
        }

        return _process.ExitCode;
    }

    /// <summary>Asks it to end, and waits until it has.</summary>
    public async Task SignalAsync(string signal)
    {
        await RunAsync("kill", "-s", signal, Id.ToString(CultureInfo.InvariantCulture));
        await WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Ends it as a power cut would: SIGKILL, no farewell.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        Alive.TryRemove(Id, out _);
        _process.Dispose();
    }

    private void Keep(string? line, bool isOutput)
    {
        if (line is null)
        {
            _ = isOutput && _lines.Writer.TryComplete();
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        _ = isOutput && _lines.Writer.TryWrite(line);
    }

    private static void EndAll()
    {
        foreach (var process in Alive.Values.Where(process => !process.HasExited))
        {
            process.Kill();
        }
    }
}

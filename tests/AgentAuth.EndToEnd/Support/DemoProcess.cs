using System.Globalization;
namespace AgentAuth.EndToEnd.Support;

/// <summary>The demo as people start it: a process of its own, known only by its addresses.</summary>
public sealed class DemoProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly TemporaryFolder _folder;
    private readonly List<string> _arguments;
    private readonly Surroundings _around;
    private ChildProcess _process;

    private DemoProcess(TemporaryFolder folder, string url, string issuer, string? postgres, Surroundings? around = null)
    {
        _folder = folder;
        _around = around ?? new Surroundings();
        Url = url;
        Issuer = issuer;
        McpUrl = $"http://localhost:{Machine.FreePort()}";
        _arguments =
        [
            Repository.Built("src", "AgentAuth.Demo", "AgentAuth.Demo.dll"),
            $"--AgentAuth:Issuer={Issuer}", $"--urls={Url}", $"--Demo:McpUrl={McpUrl}",
            $"--AgentAuth:DataPath={DataPath}", "--AgentAuth:RateLimits:Enabled=false", .. _around.Options,
        ];
        if (postgres is not null)
        {
            _arguments.AddRange(["--AgentAuth:Database:Provider=Postgres", $"--ConnectionStrings:AgentAuth={postgres}"]);
        }

        _process = Launch();
    }

    /// <summary>Where this node listens; another node of the same issuer listens elsewhere.</summary>
    public string Url { get; }

    public string Issuer { get; }

    public string McpUrl { get; }

    public string Mail => $"{McpUrl}/mail/mcp";

    public string Files => $"{McpUrl}/files/mcp";

    public string DataPath => _around.DataPath ?? _folder.Path;

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public string LastWords => _process.LastWords;

    /// <summary>What it could not do, each with its reason.</summary>
    public string Failures
    {
        get
        {
            var lines = _process.Output.Split('\n');
            return string.Join('\n', lines.Where((_, i) => i > 0 && lines[i - 1].StartsWith("fail:", StringComparison.Ordinal)));
        }
    }

    public static Task<DemoProcess> OnSqliteAsync(Surroundings? around = null) => OnPostgresAsync(connectionString: null, around);

    public static async Task<DemoProcess> OnPostgresAsync(string? connectionString, Surroundings? around = null)
    {
        var url = $"http://localhost:{Machine.FreePort()}";
        var demo = new DemoProcess(new TemporaryFolder(), url, url, connectionString, around);
        await demo.IsReadyAsync();
        return demo;
    }

    /// <summary>A second process of the same issuer on the same database.</summary>
    public static async Task<DemoProcess> AnotherNodeOfAsync(
        DemoProcess first, string connectionString, Surroundings? around = null)
    {
        var node = new DemoProcess(
            new TemporaryFolder(), $"http://localhost:{Machine.FreePort()}", first.Issuer, connectionString, around);
        await node.IsReadyAsync();
        return node;
    }

    public void Kill() => _process.Kill();

    /// <summary>Asks it to end, as an operator or an orchestrator does, and waits until it has.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> StopAsync()
    {
        await _process.SignalAsync("TERM");
        return _process.ExitCode;
    }

    /// <summary>Stands still, and knows nothing of it, until it is thawed.</summary>
    public Task FreezeAsync() => SendAsync("STOP");

    public Task ThawAsync() => SendAsync("CONT");

    /// <summary>Starts it again on what the last one left behind.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = Launch();
        await IsReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private IEnumerable<string> Arguments => _around.Processor is { } processor
        ? ["-c", processor.ToString(CultureInfo.InvariantCulture), "dotnet", .. _arguments]
        : _arguments;

    private Task SendAsync(string signal) =>
        ChildProcess.RunAsync("kill", "-s", signal, ProcessId.ToString(CultureInfo.InvariantCulture));

    private string Launcher => _around.Processor is null ? "dotnet" : "taskset";

    private ChildProcess Launch() => ChildProcess.Start(Launcher, Arguments, new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_URLS"] = string.Empty,
    }.Concat(_around.Environment).ToDictionary(StringComparer.Ordinal));

    private Task IsReadyAsync() => Poll.UntilAsync(
        async () =>
        {
            if (_process.HasExited)
            {
                Assert.Fail($"The demo ended at once. It said:\n{LastWords}");
            }

            return await Web.AnswersAsync($"{Url}/health/ready") && await Web.AnswersAsync(ResourceMetadata);
        },
        Patience,
        () => $"The demo was not ready within {Patience.TotalSeconds} s. It said:\n{LastWords}");

    private string ResourceMetadata => $"{McpUrl}/.well-known/oauth-protected-resource/mail/mcp";
}

/// <summary>What a demo finds around it, where that is not as usual.</summary>
public sealed record Surroundings
{
    public IReadOnlyList<string> Options { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string? DataPath { get; init; }

    /// <summary>The only one it runs on.</summary>
    public int? Processor { get; init; }
}

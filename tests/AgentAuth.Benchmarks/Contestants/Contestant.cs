using System.Diagnostics;
using System.Text.Json;
using AgentAuth.Benchmarks.Load;

namespace AgentAuth.Benchmarks.Contestants;

/// <summary>A server under test: how it is started, what it was seeded with, and what it has used so far.</summary>
internal abstract class Contestant(string name, Engine engine, Place place) : IAsyncDisposable
{
    public const string Password = "Demo-only-passw0rd!";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private Child? _process;

    public string Name => name;

    public Engine Engine => engine;

    public int Port { get; } = Place.FreePort();

    public string Url => $"http://127.0.0.1:{Port}";

    public string Folder { get; } = place.FolderFor(name);

    public Endpoints Endpoints { get; private set; } = Endpoints.None;

    public abstract IReadOnlyCollection<string> Workloads { get; }

    public abstract Registered Service { get; }

    public abstract Registered Agent { get; }

    public abstract Registered Introspector { get; }

    public abstract string Resource { get; }

    /// <summary>The resource whose tokens can be introspected, and whether those are JWTs.</summary>
    public virtual (string Resource, bool IsJwt) Introspected => (Resource, true);

    public int ProcessId => _process?.Id ?? throw new UnfitException($"{name} is not running.");

    protected Place Place => place;

    protected string Synchronous => engine == Engine.SqliteNormal ? "NORMAL" : "FULL";

    protected abstract IReadOnlyList<string> Command { get; }

    protected virtual string ReadyPath => "/.well-known/openid-configuration";

    protected virtual IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The first start: an empty store, the schema, the seeds.</summary>
    public async Task StartAsync(HttpClient http, int people)
    {
        await PrepareAsync();
        await RestartAsync(http);
        await SettleAsync(people);
    }

    public async Task RestartAsync(HttpClient http)
    {
        Launch();
        await IsReadyAsync(http);
    }

    public void Launch() => _process = Child.Start(Command, Folder, Path.Combine(Folder, "log"), place.ServerCore, Variables);

    public async Task StopAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }

    public (double Own, double Database) CpuMilliseconds() =>
        (ProcessTree.CpuMilliseconds(ProcessId), engine == Engine.Postgres ? place.PostgresCpuMilliseconds : 0);

    public double ResidentMegabytes() => ProcessTree.ResidentMegabytes(ProcessId);

    public double DatabaseMegabytes() => engine == Engine.Postgres ? place.Postgres.Megabytes : 0;

    public static string EmailOf(int person) => $"reader-{person}@demo.test";

    /// <summary>Adds stored grants, each with a refresh token, until there are so many; the server is down meanwhile.</summary>
    public virtual Task GrowAsync(int from, int to) => throw new UnfitException($"{name} has nothing to grow.");

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>What must be there before it first starts.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>What can only be seeded once it has made its schema.</summary>
    protected virtual Task SettleAsync(int people) => Task.CompletedTask;

    private async Task IsReadyAsync(HttpClient http)
    {
        var waited = Stopwatch.StartNew();
        while (!await AnswersAsync(http))
        {
            if (_process!.HasExited || waited.Elapsed > Patience)
            {
                throw new UnfitException($"{name} did not start:\n{_process.LastWords()}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
        await LearnAsync(http);
    }

    private async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(Url + ReadyPath);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Reads where its endpoints are, and the keys that are good now.</summary>
    public virtual async Task LearnAsync(HttpClient http)
    {
        var metadata = $"{Url}/.well-known/openid-configuration";
        using var document = JsonDocument.Parse(await http.GetStringAsync(metadata));
        Endpoints = await Endpoints.ReadAsync(http, metadata, document.RootElement);
    }
}

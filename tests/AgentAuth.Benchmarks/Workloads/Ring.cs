using System.Globalization;
using AgentAuth.Benchmarks.Contestants;
using AgentAuth.Benchmarks.Load;

namespace AgentAuth.Benchmarks.Workloads;

/// <summary>The contestants, started on empty stores, for as long as something is measured.</summary>
internal sealed class Ring : IAsyncDisposable
{
    private readonly Place _place;
    private readonly HttpClient _http;
    private readonly List<Crew> _crews = [];

    private Ring(Place place, HttpClient http) => (_place, _http) = (place, http);

    public IReadOnlyList<Crew> Crews => _crews;

    public static async Task<Ring> OpenAsync(WorkloadOptions options)
    {
        if (options.GeneratorCore is { } core)
        {
            await PinAsync(core);
        }
        var ring = new Ring(Place.Make(options.ServerCore), Wire.Open(options.Workers));
        try
        {
            await ring.StartAsync(options);
            return ring;
        }
        catch
        {
            await ring.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var crew in _crews)
        {
            await crew.Contestant.DisposeAsync();
        }
        _http.Dispose();
        await _place.DisposeAsync();
    }

    private async Task StartAsync(WorkloadOptions options)
    {
        var folder = options.Published ?? Path.Combine(_place.Folder, "published");
        var program = options.NeedsPublishing ? await AgentAuthServer.PublishAsync(folder) : AgentAuthServer.ProgramIn(folder);
        foreach (var target in options.Targets)
        {
            await Console.Error.WriteLineAsync($"Starting {target}");
            var contestant = WorkloadOptions.Contestant(target, _place, program);
            _crews.Add(new Crew(contestant, _http, options.Workers));
            await contestant.StartAsync(_http, Operations.People(options));
        }
    }

    /// <summary>Every thread there is; those to come inherit it.</summary>
    private static Task PinAsync(int core) => Child.RunAsync(
    [
        "taskset", "-a", "-c", "-p", core.ToString(CultureInfo.InvariantCulture),
        Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
    ]);
}

using System.Globalization;

namespace AgentAuth.Benchmarks.Contestants;

/// <summary>
/// What no server can go below: a form in, one durable row, one signature, JSON out. Its one operation stands beside every workload.
/// </summary>
internal sealed class Floor(string name, Engine engine, Place place) : Contestant(name, engine, place)
{
    public override IReadOnlyCollection<string> Workloads => Names.All;

    public override Registered Service { get; } = new("service", "service-secret-of-the-benchmark-0123456789");

    public override Registered Agent => Service;

    public override Registered Introspector => Service;

    public override string Resource => "https://api.example.test/mail";

    protected override IReadOnlyList<string> Command =>
    [
        "dotnet", typeof(Floor).Assembly.Location, "floor", Port.ToString(CultureInfo.InvariantCulture), Path.Combine(Folder, "floor.db"),
        Synchronous,
    ];

    public override Task GrowAsync(int from, int to) => Task.CompletedTask;
}

using System.Globalization;
using AgentAuth.Benchmarks.Contestants;
using AgentAuth.Benchmarks.Load;
using AgentAuth.Benchmarks.Workloads;

namespace AgentAuth.Benchmarks.Profiles;

/// <summary>Loads this server with one workload after the other and has perf look where the CPU goes.</summary>
internal static class Profile
{
    private const string SamplesPerSecond = "997";
    private static readonly TimeSpan UntilAttached = TimeSpan.FromSeconds(1);

    public static async Task<string> RunAsync(WorkloadOptions options)
    {
        await using var place = Place.Make(options.ServerCore);
        using var http = Wire.Open(options.Workers);
        var program = options.Published is { } published
            ? AgentAuthServer.ProgramIn(published)
            : await AgentAuthServer.PublishAsync(Path.Combine(place.Folder, "published"));
        var engine = options.Targets is ["agentauth-postgres"] ? Engine.Postgres : Engine.Sqlite;
        await using var server = new ProfiledServer("profiled", engine, place, program);
        await server.StartAsync(http, Operations.People(options));
        var crew = new Crew(server, http, options.Workers);
        var tables = new List<string>();
        foreach (var workload in options.Workloads.Except(["W6", "W8", "W9"]))
        {
            await Window.RunAsync(crew, (await Operations.PrepareAsync(workload, crew, options)).Run, options.WarmUp, options.Revocations);
            var operation = await Operations.PrepareAsync(workload, crew, options);
            var file = Path.Combine(place.Folder, workload);
            await using (var perf = Child.Start(
                ["perf", "record", "-q", "-e", "cpu-clock", "-F", SamplesPerSecond, "-g", "-o", file, "-p", Number(server.ProcessId)],
                place.Folder, file + ".log", options.GeneratorCore))
            {
                await Task.Delay(UntilAttached);
                await Window.RunAsync(crew, operation.Run, options.Time, operation.AtMost);
                await perf.SignalAsync("INT");
            }
            var script = await Child.RunAsync(["perf", "script", "-i", file]);
            tables.Add(Shares.Of(script.Split('\n')).Table($"{workload} {Names.Meaning(workload)}"));
        }
        return string.Join('\n', tables);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using AgentAuth.Benchmarks.Contestants;
using AgentAuth.Benchmarks.Workloads;

namespace AgentAuth.Benchmarks;

/// <summary>The words and options of a benchmark run.</summary>
internal static class Arguments
{
    public const string Help = """
        dotnet run -c Release --project tests/AgentAuth.Benchmarks -- COMMAND [options]

        peers         installs the peer (npm, a C++ compiler and python3 are needed once)
        workloads     whole requests against each target, as CPU per operation; ends with 1 if any failed
        latency       p50 and p99 of W1 to W5 on this server; ends with 1 unless p99 < 5 x p50
        overload      ten times what the server can take, and how soon it is itself again
        statements    the SQL statements each kind of request sends, on both engines
        pieces        BenchmarkDotNet for the parts a request is made of (its own options follow)
        profile       where the CPU goes in each workload (needs perf)
        document      workloads, latency, overload and statements as the Markdown that docs/performance.md keeps

        --targets A,B          floor, oidc-provider-sqlite, agentauth-sqlite (each also with -normal: synchronous=NORMAL),
                               oidc-provider-postgres, agentauth-postgres
        --workloads W1,W2      W1 to W9 and W3c
        --rounds 8             how often each target has its turn
        --seconds 2            how long a turn lasts
        --warm-up 15           seconds before the first turn of each workload
        --workers 8            connections
        --chains 32            refresh tokens in turn (W2)
        --revocations 200      revocations in a turn (W5)
        --grants 1000,100000   how many stored grants (W9; default also 1000000)
        --operations N         instead of time: so many operations in one turn, without warm-up
        --published FOLDER     a published demo; without it one is published first
        --server-core 0        the core the servers and PostgreSQL are bound to, or none
        --generator-core 1     the core the generator is bound to, or none
        --out FILE             writes FILE.md and FILE.json
        """;

    public static WorkloadOptions Read(IReadOnlyList<string> args)
    {
        var options = new WorkloadOptions();
        for (var i = 0; i < args.Count; i += 2)
        {
            if (i + 1 == args.Count)
            {
                throw new UnfitException($"{args[i]} needs a value.");
            }
            options = With(options, args[i], args[i + 1]);
        }
        return options;
    }

    private static WorkloadOptions With(WorkloadOptions options, string name, string value) => name switch
    {
        "--targets" => options with { Targets = value.Split(',') },
        "--workloads" => options with { Workloads = Known(value.Split(',')) },
        "--rounds" => options with { Rounds = Whole(name, value) },
        "--seconds" => options with { Time = Seconds(name, value) },
        "--warm-up" => options with { WarmUp = Seconds(name, value) },
        "--workers" => options with { Workers = Whole(name, value) },
        "--chains" => options with { Chains = Whole(name, value) },
        "--revocations" => options with { Revocations = Whole(name, value) },
        "--grants" => options with { Grants = [.. value.Split(',').Select(one => Whole(name, one))] },
        "--operations" => options with { Operations = Whole(name, value), Rounds = 1 },
        "--published" => options with { Published = Path.GetFullPath(value) },
        "--server-core" => options with { ServerCore = value == "none" ? null : Whole(name, value) },
        "--generator-core" => options with { GeneratorCore = value == "none" ? null : Whole(name, value) },
        "--out" => options with { Out = Path.GetFullPath(value) },
        _ => throw new UnfitException($"{name} is no option here."),
    };

    private static string[] Known(string[] workloads) => Array.Find(workloads, one => !Names.All.Contains(one)) is { } unknown
        ? throw new UnfitException($"There is no workload {unknown}.")
        : workloads;

    private static TimeSpan Seconds(string name, string value) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : throw new UnfitException($"{name} {value}: a number of seconds is needed.");

    private static int Whole(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UnfitException($"{name} {value}: a whole number is needed.");
}

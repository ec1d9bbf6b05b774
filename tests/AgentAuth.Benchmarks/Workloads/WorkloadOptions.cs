using AgentAuth.Benchmarks.Contestants;

namespace AgentAuth.Benchmarks.Workloads;

/// <summary>What a run of the workloads was asked for on the command line.</summary>
internal sealed record WorkloadOptions
{
    public IReadOnlyList<string> Targets { get; init; } =
        ["floor", "oidc-provider-sqlite", "agentauth-sqlite", "oidc-provider-postgres", "agentauth-postgres"];

    public IReadOnlyList<string> Workloads { get; init; } = ["W1", "W2", "W3", "W4", "W5", "W7", "W8"];

    public int Rounds { get; init; } = 8;

    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For a run that only shows that it works: so many of each, and no warming up.</summary>
    public int? Operations { get; init; }

    public int Workers { get; init; } = 8;

    public int Chains { get; init; } = 32;

    public int Revocations { get; init; } = 200;

    public IReadOnlyList<int> Grants { get; init; } = [1_000, 100_000, 1_000_000];

    public int? ServerCore { get; init; } = Environment.ProcessorCount > 1 ? 0 : null;

    public int? GeneratorCore { get; init; } = Environment.ProcessorCount > 1 ? 1 : null;

    /// <summary>A folder with a published demo; without it one is published.</summary>
    public string? Published { get; init; }

    public string? Out { get; init; }

    public bool NeedsPublishing => Published is null && Targets.Any(target => target.StartsWith("agentauth", StringComparison.Ordinal));

    public static Contestant Contestant(string target, Place place, string program) => target switch
    {
        "floor" => new Floor(target, Engine.Sqlite, place),
        "floor-normal" => new Floor(target, Engine.SqliteNormal, place),
        "oidc-provider-sqlite" => new OidcProvider(target, Engine.Sqlite, place),
        "oidc-provider-sqlite-normal" => new OidcProvider(target, Engine.SqliteNormal, place),
        "oidc-provider-postgres" => new OidcProvider(target, Engine.Postgres, place),
        "agentauth-sqlite" => new AgentAuthServer(target, Engine.Sqlite, place, program),
        "agentauth-sqlite-normal" => new AgentAuthServer(target, Engine.SqliteNormal, place, program),
        "agentauth-postgres" => new AgentAuthServer(target, Engine.Postgres, place, program),
        _ => throw new UnfitException($"There is no target {target}."),
    };
}

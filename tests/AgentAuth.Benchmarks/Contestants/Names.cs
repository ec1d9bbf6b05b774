namespace AgentAuth.Benchmarks.Contestants;

/// <summary>The workloads' names and what one operation of each is.</summary>
internal static class Names
{
    public static IReadOnlyList<string> All { get; } = ["W1", "W2", "W3", "W3c", "W4", "W5", "W6", "W7", "W8", "W9"];

    public static string Meaning(string workload) => workload.Split(' ')[0] switch
    {
        "W1" => "client credentials: secret by HTTP Basic, one resource, a JWT",
        "W2" => "refresh with rotation",
        "W3" => "authorize (PKCE, consent remembered), code, tokens",
        "W3c" => "the same with the consent page each time",
        "W4" => "introspection of a valid access token",
        "W5" => "revocation of a refresh token, each of a grant of its own",
        "W6" => "registration of a public client",
        "W7" => "metadata and keys (two requests)",
        "W8" => "process start to the first token, on a store that is there",
        _ => "with so many stored grants",
    };
}

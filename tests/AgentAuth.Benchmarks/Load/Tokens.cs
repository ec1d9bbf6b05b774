namespace AgentAuth.Benchmarks.Load;

/// <summary>What a token endpoint handed out.</summary>
internal sealed record Tokens(string Access, string? Refresh, string? Identity);

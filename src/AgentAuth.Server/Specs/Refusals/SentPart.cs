namespace AgentAuth.Server.Specs.Refusals;

/// <summary>One thing a request brought: its value where that is harmless, else only how long it was.</summary>
internal sealed record SentPart(string Name, string? Value, int Length);

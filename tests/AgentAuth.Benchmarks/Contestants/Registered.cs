namespace AgentAuth.Benchmarks.Contestants;

/// <summary>A client as a contestant knows it; without a secret it is public.</summary>
internal sealed record Registered(string Id, string? Secret = null, string Redirect = "");

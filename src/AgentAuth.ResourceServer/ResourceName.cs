namespace AgentAuth.ResourceServer;

/// <summary>Name under which a resource was added.</summary>
internal sealed record ResourceName(string Value);

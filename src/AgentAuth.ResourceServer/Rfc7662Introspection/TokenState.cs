namespace AgentAuth.ResourceServer.Rfc7662Introspection;

/// <summary>What the authorization server says of a token; unknown when it does not say.</summary>
internal enum TokenState
{
    Unknown,
    Active,
    Inactive,
}

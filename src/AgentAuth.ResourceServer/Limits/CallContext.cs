using AgentAuth.ResourceServer.Rfc9068AccessTokens;

namespace AgentAuth.ResourceServer.Limits;

/// <summary>What the gate knows of a call and the MCP server, which sees only the principal, needs to ask about it.</summary>
/// <param name="Token">The access token it came with: it names the person when they are asked.</param>
/// <param name="Proven">What it says, as it was when the call came.</param>
/// <param name="EndpointScopes">The scopes of the endpoint itself.</param>
internal sealed record CallContext(string Token, AccessToken Proven, IReadOnlyList<string> EndpointScopes);

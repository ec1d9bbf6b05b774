namespace AgentAuth.ResourceServer.Mcp;

/// <summary>
/// Says which scopes an MCP tool needs. On a class it holds for each of its tools. Who calls without them is answered 403
/// <c>insufficient_scope</c>, so that MCP clients ask the person for more. Also read from plain endpoints.
/// </summary>
/// <param name="scopes">All of them are needed.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class RequiresScopeAttribute(params string[] scopes) : Attribute
{
    /// <summary>The scopes, all of which are needed.</summary>
    public IReadOnlyList<string> Scopes { get; } = scopes;
}

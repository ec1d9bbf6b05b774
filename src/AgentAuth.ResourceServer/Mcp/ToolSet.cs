using ModelContextProtocol.Server;

namespace AgentAuth.ResourceServer.Mcp;

/// <summary>The tools of one resource and the scopes each needs.</summary>
internal sealed class ToolSet(McpServerPrimitiveCollection<McpServerTool> tools, IDictionary<string, string[]> declared)
{
    public McpServerPrimitiveCollection<McpServerTool> Tools => tools;

    public bool Has(string toolName) => tools.TryGetPrimitive(toolName, out _);

    /// <summary>None for a tool nobody declared: the MCP server knows better whether it exists.</summary>
    public IEnumerable<string> ScopesOf(string toolName) =>
        ScopesOf(tools.TryGetPrimitive(toolName, out var tool) ? tool : null, toolName, declared);

    // The SDK gathers a tool's attributes once, when the tool is made; here they are only looked through.
    public static IEnumerable<string> ScopesOf(IMcpServerPrimitive? tool, string toolName, IDictionary<string, string[]> declared)
    {
        var attributed = tool?.Metadata.OfType<RequiresScopeAttribute>().SelectMany(attribute => attribute.Scopes) ?? [];
        return declared.TryGetValue(toolName, out var scopes) ? attributed.Concat(scopes) : attributed;
    }
}

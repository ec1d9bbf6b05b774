using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentAuth.ResourceServer.Mcp;

/// <summary>
/// The second lock: refuses inside the MCP server a call whose scopes are missing. The gate before the endpoint refuses first and in
/// the form clients understand; this one holds if a call ever reaches the server another way.
/// </summary>
internal sealed class ToolScopeFilter(ProtectedResources resources) : IConfigureOptions<McpServerOptions>
{
    public void Configure(McpServerOptions options) =>
        options.Filters.Request.CallToolFilters.Add(next => async (context, cancellationToken) =>
        {
            Check(context);
            return await next(context, cancellationToken);
        });

    private void Check(RequestContext<CallToolRequestParams> context)
    {
        var caller = AgentCaller.From(context.User);
        var resource = resources.Named(context.User?.Identities.FirstOrDefault()?.Label);
        var declared = resource?.Options.ToolScopes ?? new Dictionary<string, string[]>(StringComparer.Ordinal);
        var needed = ToolSet.ScopesOf(context.MatchedPrimitive, context.Params?.Name ?? "", declared);
        if (!ScopeSet.Covers(caller?.Scopes ?? [], needed))
        {
            throw new McpProtocolException("The token lacks a scope this tool needs.", McpErrorCode.InvalidRequest);
        }
    }
}

using System.Security.Claims;
using AgentAuth.ResourceServer.Limits;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentAuth.ResourceServer.Mcp;

/// <summary>
/// The second lock: refuses inside the MCP server a call whose scopes are missing. The gate before the endpoint refuses first and in
/// the form clients understand; this one holds if a call ever reaches the server another way. And the limits a person set: what they are
/// asked about, and how much a day, is settled here, where the call's arguments are what the tool will get.
/// </summary>
internal sealed class ToolScopeFilter(ProtectedResources resources) : IConfigureOptions<McpServerOptions>
{
    public void Configure(McpServerOptions options) =>
        options.Filters.Request.CallToolFilters.Add(next => async (context, cancellationToken) =>
            await RefuseAsync(context, cancellationToken) ?? await next(context, cancellationToken));

    private async ValueTask<CallToolResult?> RefuseAsync(RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
    {
        var caller = AgentCaller.From(context.User);
        var resource = resources.Named(context.User?.Identities.FirstOrDefault()?.Label);
        var declared = resource?.Options.ToolScopes ?? new Dictionary<string, string[]>(StringComparer.Ordinal);
        string[] needed = [.. ToolSet.ScopesOf(context.MatchedPrimitive, context.Params?.Name ?? "", declared)];
        if (!ScopeSet.Covers(caller?.Scopes ?? [], needed))
        {
            throw new McpProtocolException("The token lacks a scope this tool needs.", McpErrorCode.InvalidRequest);
        }

        var identity = AgentCaller.IdentityOf(context.User);
        if (resource is null || identity is null)
        {
            return null;
        }

        return await LimitAsync(context, resource, identity, needed, cancellationToken) is { } refusal
            ? new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = refusal.Words }] }
            : null;
    }

    private static ValueTask<LimitRefusal?> LimitAsync(
        RequestContext<CallToolRequestParams> context,
        ProtectedResource resource,
        ClaimsIdentity identity,
        string[] needed,
        CancellationToken cancellationToken)
    {
        var ofEndpoint = (identity.BootstrapContext as CallContext)?.EndpointScopes ?? [];
        var tool = (context.MatchedPrimitive as McpServerTool)?.ProtocolTool;
        return resource.Limits.RefuseAsync(
            identity,
            [.. ofEndpoint, .. needed],
            () => ValueTask.FromResult(AskedAction.Of(
                context.Params?.Name ?? "", tool?.Title ?? tool?.Description, context.Params?.Arguments)),
            waited => TellAsync(context, waited, cancellationToken),
            cancellationToken);
    }

    /// <summary>Clients that gave a token for it see that the call is alive.</summary>
    private static Task TellAsync(RequestContext<CallToolRequestParams> context, TimeSpan waited, CancellationToken cancellationToken) =>
        context.Params?.ProgressToken is { } token
            ? context.Server.NotifyProgressAsync(
                token,
                new ProgressNotificationValue { Progress = (float)waited.TotalSeconds, Message = "Waiting for the person's answer." },
                cancellationToken: cancellationToken)
            : Task.CompletedTask;
}

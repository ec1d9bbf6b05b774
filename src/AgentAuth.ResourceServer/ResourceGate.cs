using System.Security.Claims;
using AgentAuth.ResourceServer.Mcp;
using AgentAuth.ResourceServer.Rfc6750Bearer;
using AgentAuth.ResourceServer.Rfc9068AccessTokens;
using Microsoft.AspNetCore.Http;

namespace AgentAuth.ResourceServer;

/// <summary>
/// Stands before one endpoint and lets in who may. It wraps the endpoint itself and not the pipeline, so no order of middleware can
/// leave it out, and it judges every request anew: an open connection is no pass.
/// </summary>
internal sealed class ResourceGate(ProtectedResource resource, string[] endpointScopes, ToolSet? tools, RequestDelegate endpoint)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (await RefuseAsync(context) is { } refusal)
        {
            await Challenge.WriteAsync(context, refusal, resource.Metadata.Url, resource.UsualScopes);
            return;
        }

        await endpoint(context);
    }

    private async ValueTask<Refusal?> RefuseAsync(HttpContext context)
    {
        if (!resource.Origins.Allows(context.Request))
        {
            return Refusal.ForeignOrigin;
        }

        if (BearerToken.Read(context.Request).IsRefused(out var refusal, out var token))
        {
            return refusal;
        }

        var judged = await resource.JudgeAsync(token, context.RequestAborted);
        if (judged.IsRefused(out refusal, out var proven))
        {
            return refusal;
        }

        // The label tells the tool filter, which sees only the principal, whose rules apply.
        proven.Identity.Label = resource.Name;
        context.User = new ClaimsPrincipal(proven.Identity);
        return await RefuseScopesAsync(context, proven);
    }

    private async ValueTask<Refusal?> RefuseScopesAsync(HttpContext context, AccessToken token)
    {
        IReadOnlyList<string> needed = endpointScopes;
        if (tools is not null && HttpMethods.IsPost(context.Request.Method))
        {
            var called = await McpRequest.ReadCalledToolsAsync(context, resource.Options.MaxMcpRequestBytes);
            if (called.IsRefused(out var refusal, out var names))
            {
                return refusal;
            }

            // One challenge with everything the request needs: a client steps up once, not once per tool (SEP-2350).
            needed = [.. endpointScopes.Concat(names.SelectMany(tools.ScopesOf)).Distinct(StringComparer.Ordinal)];
        }

        return ScopeSet.Covers(token.Scopes, needed) ? null : Refusal.InsufficientScope(needed);
    }
}

using System.Security.Claims;
using AgentAuth.ResourceServer.Limits;
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
            var page = refusal == Refusal.NoToken ? ConnectPage.For(context, resource) : null;
            await Challenge.WriteAsync(context, refusal, resource.Metadata.Url, resource.UsualScopes, page);
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
        proven.Identity.BootstrapContext = new CallContext(token, proven, endpointScopes);
        context.User = new ClaimsPrincipal(proven.Identity);
        return await RefuseScopesAsync(context, proven);
    }

    private async ValueTask<Refusal?> RefuseScopesAsync(HttpContext context, AccessToken token)
    {
        if (tools is null || !HttpMethods.IsPost(context.Request.Method))
        {
            // An MCP server's tools are asked about inside it, call by call.
            return Judge(context, token, [], endpointScopes, isCall: tools is null)
                ?? (tools is null ? await RefuseLimitsAsync(context, token, endpointScopes) : null);
        }

        var called = await McpRequest.ReadCalledToolsAsync(context, resource.Options.MaxMcpRequestBytes);
        if (called.IsRefused(out var refusal, out var names))
        {
            return refusal;
        }

        // One challenge with everything the request needs: a client steps up once, not once per tool (SEP-2350).
        string[] needed = [.. endpointScopes.Concat(names.SelectMany(tools.ScopesOf)).Distinct(StringComparer.Ordinal)];
        return Judge(context, token, names, needed, isCall: names.Count > 0);
    }

    private Refusal? Judge(HttpContext context, AccessToken token, IReadOnlyList<string> names, string[] needed, bool isCall)
    {
        var isGood = ScopeSet.Covers(token.Scopes, needed);
        if (isCall && resource.Usage.IsOn)
        {
            Count(context, token, names, isGood);
        }

        return isGood ? null : Refusal.InsufficientScope(needed);
    }

    /// <summary>A call counts for each permission it uses; one that is refused, for each it lacks.</summary>
    private void Count(HttpContext context, AccessToken token, IReadOnlyList<string> names, bool isGood)
    {
        var address = context.Connection.RemoteIpAddress;
        foreach (var name in names.DefaultIfEmpty())
        {
            var tool = name is not null && tools?.Has(name) == true ? name : null;
            var needed = endpointScopes.Concat(name is null || tools is null ? [] : tools.ScopesOf(name)).Distinct(StringComparer.Ordinal);
            foreach (var scope in isGood ? needed.DefaultIfEmpty() : needed.Where(s => !token.Scopes.Contains(s, StringComparer.Ordinal)))
            {
                if (isGood)
                {
                    resource.Usage.Called(token.GrantId, scope, tool, address);
                }
                else
                {
                    resource.Usage.Refused(token.GrantId, scope, tool, "insufficient_scope", address);
                }
            }
        }
    }

    private async ValueTask<Refusal?> RefuseLimitsAsync(HttpContext context, AccessToken token, IReadOnlyList<string> needed)
    {
        var refused = await resource.Limits.RefuseAsync(
            token.Identity, needed, () => ApiCall.DescribeAsync(context), _ => Task.CompletedTask, context.RequestAborted);
        return refused is null ? null : new Refusal(refused.Status, refused.Error, refused.Words);
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;

namespace AgentAuth.ResourceServer.Mcp;

/// <summary>Gives each MCP endpoint the tools of its resource, so that one app can be several MCP servers.</summary>
internal sealed class ToolRouting(ToolSets sets, ProtectedResources resources) : IPostConfigureOptions<HttpServerTransportOptions>
{
    public void PostConfigure(string? name, HttpServerTransportOptions options)
    {
        if (!resources.All.Any(resource => sets.OwnToolsOf(resource).Any()))
        {
            return;
        }

        var configured = options.ConfigureSessionOptions;
        options.ConfigureSessionOptions = async (context, server, cancellationToken) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<ProtectedResource>() is { } resource)
            {
                server.ToolCollection = sets.For(resource).Tools;
            }

            if (configured is not null)
            {
                await configured(context, server, cancellationToken);
            }
        };
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace AgentAuth.ResourceServer.Mcp;

/// <summary>Puts together which tools a resource offers: those of the whole app and those that were added for it.</summary>
internal sealed class ToolSets(IServiceProvider services, IOptions<McpServerOptions> server)
{
    private readonly ConcurrentDictionary<string, ToolSet> _sets = new(StringComparer.Ordinal);

    public ToolSet For(ProtectedResource resource) => _sets.GetOrAdd(resource.Name, _ => Gather(resource));

    public IEnumerable<McpServerTool> OwnToolsOf(ProtectedResource resource) => services.GetKeyedServices<McpServerTool>(resource.Name);

    private ToolSet Gather(ProtectedResource resource)
    {
        var shared = server.Value.ToolCollection;
        var own = OwnToolsOf(resource).ToList();

        // Without tools of its own the app's collection itself is used, not a copy: tools that are added later count too.
        return own.Count == 0 && shared is not null
            ? new ToolSet(shared, resource.Options.ToolScopes)
            : new ToolSet([.. own, .. shared ?? []], resource.Options.ToolScopes);
    }
}

using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Server;

namespace AgentAuth.ResourceServer.Mcp;

/// <summary>What AgentAuth adds to the set-up of an MCP server.</summary>
public static class McpServerBuilderExtensions
{
    private const DynamicallyAccessedMemberTypes Needed = DynamicallyAccessedMemberTypes.PublicMethods
        | DynamicallyAccessedMemberTypes.NonPublicMethods
        | DynamicallyAccessedMemberTypes.PublicConstructors;

    /// <summary>Adds tools that only the named resource offers, where one app is several MCP servers.</summary>
    /// <typeparam name="TTools">The class that holds them.</typeparam>
    /// <param name="builder">The MCP server's builder.</param>
    /// <param name="resource">The name given to <c>AddAgentAuth</c>.</param>
    public static IMcpServerBuilder WithToolsFor<[DynamicallyAccessedMembers(Needed)] TTools>(
        this IMcpServerBuilder builder,
        string resource)
    {
        // The SDK knows how to make tools of a class, but adds them for every endpoint: let it do so aside, then file them under the name.
        var aside = new Aside();
        aside.WithTools<TTools>();
        foreach (var tool in aside.Services.Where(service => service.ServiceType == typeof(McpServerTool)))
        {
            var make = tool.ImplementationFactory
                ?? throw new InvalidOperationException("The MCP SDK registers tools in a way WithToolsFor does not know.");
            builder.Services.AddKeyedSingleton(resource, (services, _) => (McpServerTool)make(services));
        }

        return builder;
    }

    private sealed class Aside : IMcpServerBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();
    }
}

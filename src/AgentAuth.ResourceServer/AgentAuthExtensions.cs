using System.Security.Claims;
using AgentAuth.ResourceServer.Mcp;
using AgentAuth.ResourceServer.Objects;
using AgentAuth.ResourceServer.Revocation;
using AgentAuth.ResourceServer.Rfc8414Metadata;
using AgentAuth.ResourceServer.Rfc9728ProtectedResource;
using AgentAuth.ResourceServer.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentAuth.ResourceServer;

/// <summary>The two lines that protect an API or MCP server, and the one that asks who calls.</summary>
public static class AgentAuthExtensions
{
    /// <summary>Adds the app's only protected resource.</summary>
    public static IServiceCollection AddAgentAuth(this IServiceCollection services, Action<AgentAuthOptions> configure) =>
        services.AddAgentAuth(Options.DefaultName, configure);

    /// <summary>Adds one of several protected resources of an app.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="resource">A short name, for <c>RequireAgentAuthFor</c> and <c>WithToolsFor</c>; clients never see it.</param>
    /// <param name="configure">Its settings.</param>
    public static IServiceCollection AddAgentAuth(this IServiceCollection services, string resource, Action<AgentAuthOptions> configure)
    {
        services.AddOptionsWithValidateOnStart<AgentAuthOptions>(resource).Configure(configure);
        services.AddSingleton(new ResourceName(resource));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ProtectedResources>();
        services.TryAddSingleton<ToolSets>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AgentAuthOptions>, AgentAuthOptionsCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, MetadataFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, ObjectsFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RevocationStream>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UsageReporter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<McpServerOptions>, ToolScopeFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<HttpServerTransportOptions>, ToolRouting>());
        services.AddHttpClient(AuthorizationServer.HttpClientName)
            .RemoveAllLoggers()
            .ConfigureHttpClient(client =>
            {
                client.Timeout = Timeout.InfiniteTimeSpan; // each call sets its own; the event stream has no end
                client.MaxResponseContentBufferSize = 256 * 1024;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false, // a redirect could lead credentials and trust elsewhere
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(2),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            });
        return services;
    }

    /// <summary>Lets only callers of the app's one resource in, and of those only who hold all these scopes.</summary>
    public static TBuilder RequireAgentAuth<TBuilder>(this TBuilder endpoints, params string[] scopes)
        where TBuilder : IEndpointConventionBuilder => Protect(endpoints, resourceName: null, scopes);

    /// <summary>Lets only callers of the named resource in, and of those only who hold all these scopes.</summary>
    public static TBuilder RequireAgentAuthFor<TBuilder>(this TBuilder endpoints, string resource, params string[] scopes)
        where TBuilder : IEndpointConventionBuilder => Protect(endpoints, resource, scopes);

    /// <summary>Who calls. Only behind <c>RequireAgentAuth</c>.</summary>
    public static AgentCaller GetAgentCaller(this HttpContext context) => context.User.GetAgentCaller();

    /// <summary>Who calls. MCP tools take a <see cref="ClaimsPrincipal"/> parameter and ask it.</summary>
    public static AgentCaller GetAgentCaller(this ClaimsPrincipal principal) =>
        AgentCaller.From(principal)
        ?? throw new InvalidOperationException("Nobody was let in here by AgentAuth. Add .RequireAgentAuth() to the endpoint.");

    // At the very end of an endpoint's making, when its attributes are all there and its delegate is final.
    private static TBuilder Protect<TBuilder>(TBuilder endpoints, string? resourceName, string[] scopes)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Finally(endpoint =>
        {
            if (endpoint.RequestDelegate is not { } inner)
            {
                return;
            }

            var resource = endpoint.ApplicationServices.GetRequiredService<ProtectedResources>().Get(resourceName);
            var attributed = endpoint.Metadata.OfType<RequiresScopeAttribute>().SelectMany(attribute => attribute.Scopes);
            var tools = IsMcp(endpoint, inner) ? endpoint.ApplicationServices.GetRequiredService<ToolSets>().For(resource) : null;
            resource.IsMcp |= tools is not null;
            endpoint.Metadata.Add(resource);
            endpoint.RequestDelegate = new ResourceGate(resource, [.. scopes, .. attributed], tools, inner).InvokeAsync;
        });
        return endpoints;
    }

    // Both signs, so that one is left when another convention has wrapped the delegate or the SDK describes its endpoints another way.
    private static bool IsMcp(EndpointBuilder endpoint, RequestDelegate inner) =>
        inner.Method.DeclaringType?.Assembly == typeof(HttpServerTransportOptions).Assembly
        || endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(answer => answer.Type == typeof(JsonRpcError));
}

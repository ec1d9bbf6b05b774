using AgentAuth.ResourceServer.Rfc8414Metadata;
using AgentAuth.ResourceServer.Usage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentAuth.ResourceServer;

/// <summary>All resources of this process. Those that trust the same issuer share its metadata and keys.</summary>
internal sealed class ProtectedResources
{
    public ProtectedResources(
        IEnumerable<ResourceName> names,
        IOptionsMonitor<AgentAuthOptions> options,
        IHttpClientFactory http,
        TimeProvider clock,
        ILoggerFactory loggers)
    {
        var servers = new Dictionary<string, AuthorizationServer>(StringComparer.Ordinal);
        foreach (var name in names.Select(name => name.Value).Distinct(StringComparer.Ordinal))
        {
            var settings = options.Get(name);
            if (!servers.TryGetValue(settings.Issuer, out var server))
            {
                server = new AuthorizationServer(settings.Issuer, http, clock, loggers.CreateLogger<AuthorizationServer>());
                servers.Add(settings.Issuer, server);
            }

            All.Add(new ProtectedResource(name, settings, server, http, clock, new RefusalNotes(settings.Reports), loggers));
        }
    }

    public List<ProtectedResource> All { get; } = [];

    /// <summary>The resource of that name; without a name the only one. Anything else is a mistake in the app's set-up.</summary>
    public ProtectedResource Get(string? name)
    {
        if (name is null)
        {
            return All.Count == 1
                ? All[0]
                : throw new InvalidOperationException(
                    $"There are {All.Count} AgentAuth resources. Say which one: .RequireAgentAuthFor(\"name\").");
        }

        return All.Find(resource => resource.Name == name)
            ?? throw new InvalidOperationException(
                $"There is no AgentAuth resource \"{name}\". Add it: builder.Services.AddAgentAuth(\"{name}\", o => ...);");
    }

    public ProtectedResource? Named(string? name) => All.Find(resource => resource.Name == name);
}

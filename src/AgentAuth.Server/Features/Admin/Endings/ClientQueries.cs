using System.Text.Json;
using AgentAuth.Server.Model;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Admin.Endings;

/// <summary>Permissions are a JSON list in one column; a whole quoted member is looked for, so that no name is found inside another.</summary>
internal static class ClientQueries
{
    private const string ItsOwnName = "\"" + OpenIddictConstants.Permissions.GrantTypes.ClientCredentials + "\"";

    public static IQueryable<Client> ActingForThemselves(this IQueryable<Client> clients) =>
        clients.Where(c => c.Permissions!.Contains(ItsOwnName));

    public static IQueryable<Client> AskingFor(this IQueryable<Client> clients, Resource resource)
    {
        var permission = JsonSerializer.Serialize(OpenIddictConstants.Permissions.Prefixes.Resource + resource.Identifier);
        return clients.Where(c => c.Permissions!.Contains(permission));
    }
}

using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Admin.Endings;

/// <summary>Permissions are a JSON list in one column; a whole quoted member is looked for, never part of one.</summary>
internal static class ClientQueries
{
    private const string ItsOwnName = "\"" + OpenIddictConstants.Permissions.GrantTypes.ClientCredentials + "\"";

    public static IQueryable<Client> ActingForThemselves(this IQueryable<Client> clients) =>
        clients.Where(c => c.Permissions!.Contains(ItsOwnName));

    public static IQueryable<Client> AskingFor(this IQueryable<Client> clients, Resource resource)
    {
        var permission = Quoted(resource);
        return clients.Where(c => c.Permissions!.Contains(permission));
    }

    /// <summary>No client may ask for it any more; one statement, however many clients.</summary>
    public static Task<int> StopAskingForAsync(this IQueryable<Client> clients, Resource resource, CancellationToken stop)
    {
        var (first, later) = (Quoted(resource) + ",", "," + Quoted(resource));
        return clients.AskingFor(resource).ExecuteUpdateAsync(
            c => c.SetProperty(x => x.Permissions, x => x.Permissions!.Replace(later, "").Replace(first, "")), stop);
    }

    // A canonical identifier has no quotation mark and no backslash, and OpenIddict escapes nothing else in its lists.
    private static string Quoted(Resource resource) => $"\"{AccessPolicy.ResourcePermission(resource.Identifier)}\"";
}

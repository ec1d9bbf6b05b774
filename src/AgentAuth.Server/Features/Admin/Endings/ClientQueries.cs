using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Admin.Endings;

/// <summary>
/// Permissions are a JSON list in one column; a whole quoted member is looked for, or its quoted beginning, never a part from its middle.
/// Neither resource nor scope has a quotation mark or a backslash, and OpenIddict escapes nothing else in its lists.
/// </summary>
internal static class ClientQueries
{
    private const string ItsOwnName = "\"" + OpenIddictConstants.Permissions.GrantTypes.ClientCredentials + "\"";

    public static IQueryable<Client> ActingForThemselves(this IQueryable<Client> clients) =>
        clients.Where(c => c.Permissions!.Contains(ItsOwnName));

    public static IQueryable<Client> AskingFor(this IQueryable<Client> clients, Resource resource)
    {
        var beginning = $"\"{AccessPolicy.PermissionsAt(resource.Identifier)}";
        return clients.Where(c => c.Permissions!.Contains(beginning));
    }

    public static IQueryable<Client> AskingFor(this IQueryable<Client> clients, Resource resource, string scope)
    {
        var permission = Quoted(resource, scope);
        return clients.Where(c => c.Permissions!.Contains(permission));
    }

    /// <summary>No client may ask for it any more; one statement, however many clients.</summary>
    public static Task<int> StopAskingForAsync(this IQueryable<Client> clients, Resource resource, string scope, CancellationToken stop)
    {
        var (first, later) = (Quoted(resource, scope) + ",", "," + Quoted(resource, scope));
        var version = Guid.CreateVersion7().ToString(); // who read a row before must not write the whole of it back
        return clients.AskingFor(resource, scope).ExecuteUpdateAsync(
            c => c.SetProperty(x => x.Permissions, x => x.Permissions!.Replace(later, "").Replace(first, ""))
                .SetProperty(x => x.ConcurrencyToken, version), stop);
    }

    private static string Quoted(Resource resource, string scope) => $"\"{AccessPolicy.Permission(resource.Identifier, scope)}\"";
}

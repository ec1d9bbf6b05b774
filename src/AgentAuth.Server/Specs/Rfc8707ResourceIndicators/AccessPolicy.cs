using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Specs.Rfc8707ResourceIndicators;

/// <summary>
/// Resources are rows, so what exists is asked of the database. Each token is for exactly one resource (RFC 8707 §2.2): a client that names
/// none gets the one its scopes belong to, never a token that is good everywhere.
/// </summary>
internal sealed class AccessPolicy(AgentAuthDb db)
{
    public const int MaxScopes = 50;

    /// <summary>
    /// What a client that introduced itself may ask people for: whatever they can allow, also at resources that come later. No resource is
    /// called so: they are absolute addresses.
    /// </summary>
    public const string Anything = OpenIddict.Abstractions.OpenIddictConstants.Permissions.Prefixes.Scope + "*";

    public async Task<(Access? Access, Refusal? Refusal)> DecideAsync(
        Client client, IReadOnlyCollection<string> indicators, IReadOnlyList<string> scopes, bool forPerson, CancellationToken stop)
    {
        var resources = db.Resources.AsNoTracking().Include(r => r.Scopes);
        IReadOnlyList<Resource> among = indicators.Count == 0 ? await resources.ToListAsync(stop)
            : Name(indicators) is { } name ? await resources.Where(r => r.Identifier == name).ToListAsync(stop)
            : [];
        return Decide(client, indicators, scopes, forPerson, among);
    }

    /// <summary>The decision itself.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="indicators">The <c>resource</c> parameters.</param>
    /// <param name="scopes">The scopes it names.</param>
    /// <param name="forPerson">Whether somebody is asked, or the client acts for itself.</param>
    /// <param name="among">All resources, or at least the one that is named.</param>
    public static (Access? Access, Refusal? Refusal) Decide(
        Client client, IReadOnlyCollection<string> indicators, IReadOnlyList<string> scopes, bool forPerson, IReadOnlyList<Resource> among)
    {
        if (scopes.Count > MaxScopes)
        {
            return Refuse(AccessRules.ScopeForm, Errors.InvalidScope, $"Ask for at most {MaxScopes} scopes.");
        }
        var permissions = client.PermissionSet;
        var (resource, refusal) = indicators.Count > 0
            ? Named(indicators, permissions, among)
            : Implied(client, scopes, permissions, forPerson, among);
        return resource is null ? (null, refusal) : Scoped(client, resource, scopes, permissions, forPerson);
    }

    /// <summary>Whether a client may (still) have a scope at a resource; identity scopes are anybody's to ask.</summary>
    public static bool Offers(Client client, Resource resource, string scope) =>
        IdentityScopes.Contains(scope)
            || (resource.Scopes.Exists(s => s.Name == scope) && MayAsk(client.PermissionSet, resource, scope));

    public static bool MayUse(Client client, Resource resource) => MayUse(client.PermissionSet, resource);

    /// <summary>
    /// What a client may ask for is a scope at a resource, in one word: of two lists, one of scopes and one of resources, each scope would
    /// be allowed at each resource that happens to use its name. The space is in neither.
    /// </summary>
    public static string Permission(string resource, string scope) => PermissionsAt(resource) + scope;

    /// <summary>How every permission at a resource begins.</summary>
    public static string PermissionsAt(string resource) =>
        OpenIddict.Abstractions.OpenIddictConstants.Permissions.Prefixes.Scope + resource + ' ';

    /// <summary>The same resource spelled twice is one resource; clients do send that. Null when they are none or several.</summary>
    private static string? Name(IReadOnlyCollection<string> indicators) =>
        indicators.Select(ResourceIdentifier.Canonical).Distinct(StringComparer.Ordinal).ToList() is [{ } name] ? name : null;

    private static (Resource?, Refusal?) Named(
        IReadOnlyCollection<string> indicators, IReadOnlySet<string> permissions, IReadOnlyList<Resource> among)
    {
        if (Name(indicators) is not { } name)
        {
            return (null, indicators.Any(i => ResourceIdentifier.Canonical(i) is null)
                ? new(AccessRules.ResourceForm, Errors.InvalidTarget,
                    "The resource must be an absolute URI without fragment, user info or dot segments (RFC 8707).")
                : new(AccessRules.OneResource, Errors.InvalidTarget,
                    "Ask for one resource at a time: each token is for one resource."));
        }
        var resource = among.FirstOrDefault(r => r.Identifier == name);
        return resource is not null && MayUse(permissions, resource)
            ? (resource, null)
            : (null, new(AccessRules.Resource, Errors.InvalidTarget,
                "This resource is not known here, or not one this client may ask for."));
    }

    private static (Resource?, Refusal?) Implied(
        Client client, IReadOnlyList<string> scopes, IReadOnlySet<string> permissions, bool forPerson, IReadOnlyList<Resource> among)
    {
        var wanted = scopes.Where(s => !IdentityScopes.Contains(s)).ToList();
        if (wanted.Count == 0 && forPerson && scopes.Contains(Scopes.OpenId, StringComparer.Ordinal))
        {
            return (among.First(r => r.IsIdentity), null);
        }
        var resources = among.Where(r => !r.IsIdentity).ToList();
        var fitting = resources
            .Where(r => MayUse(permissions, r) && wanted.TrueForAll(s => Offers(client, r, s)))
            .ToList();
        return fitting.Count switch
        {
            1 => (fitting[0], null),
            0 when wanted.Exists(s => !resources.Exists(r => r.Scopes.Exists(k => k.Name == s))) =>
                (null, new(AccessRules.Scope, Errors.InvalidScope, "One of these scopes is not known here.")),
            _ => (null, new(AccessRules.ScopeNamed, Errors.InvalidTarget,
                "Say which resource the token is for: send the resource parameter (RFC 8707).")),
        };
    }

    private static (Access?, Refusal?) Scoped(
        Client client, Resource resource, IReadOnlyList<string> scopes, IReadOnlySet<string> permissions, bool forPerson)
    {
        foreach (var scope in scopes.Where(s => !IdentityScopes.Contains(s)))
        {
            if (!resource.Scopes.Exists(s => s.Name == scope))
            {
                return Refuse(AccessRules.Scope, Errors.InvalidScope, $"This resource has no such scope: {Quoted(scope)}.");
            }
            if (!MayAsk(permissions, resource, scope))
            {
                return Refuse(AccessRules.ScopeAllowed, Errors.InvalidScope, $"This client may not ask for the scope {Quoted(scope)}.");
            }
        }
        // Nobody but a person can sign in or be away.
        var kept = scopes.Where(s => forPerson || !IdentityScopes.Contains(s)).Distinct(StringComparer.Ordinal).ToList();
        if (kept.TrueForAll(IdentityScopes.Contains))
        {
            kept.AddRange(resource.Scopes
                .Where(s => MayAsk(permissions, resource, s.Name!)
                    && (s.Risk == Risk.See || s.IsRequired || !forPerson))
                .OrderBy(s => s.Position)
                .Select(s => s.Name!));
        }
        return kept.Count == 0
            ? Refuse(AccessRules.ScopeNamed, Errors.InvalidScope,
                "Name the scopes you need: this resource has none that are given by default.")
            : (new Access(client, resource, kept), null);
    }

    private static bool MayUse(IReadOnlySet<string> permissions, Resource resource)
    {
        var here = PermissionsAt(resource.Identifier);
        return resource.IsIdentity || permissions.Contains(Anything) || permissions.Any(p => p.StartsWith(here, StringComparison.Ordinal));
    }

    private static bool MayAsk(IReadOnlySet<string> permissions, Resource resource, string scope) =>
        permissions.Contains(Anything) || permissions.Contains(Permission(resource.Identifier, scope));

    private static string Quoted(string scope) => scope.Length <= Scope.MaxNameLength ? $"'{scope}'" : "(too long)";

    private static (Access?, Refusal?) Refuse(Rule rule, string error, string words) => (null, new Refusal(rule, error, words));
}

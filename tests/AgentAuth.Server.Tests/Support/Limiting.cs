using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tests.Support;

/// <summary>People who said more than which scopes, where the page for it is not what is tested.</summary>
internal static class Limiting
{
    public static GrantTerms Everything { get; } = new(Grant.Unending) { ChangesPerDay = 2, AsksFirst = true, Picked = ["a", "b\"<é"] };

    public static GrantTerms AskFirst { get; } = new(Grant.Unending) { AsksFirst = true };

    public static GrantTerms Changes(int most) => new(Grant.Unending) { ChangesPerDay = most };

    /// <summary>New terms for every live grant, and more scopes.</summary>
    public static Task LimitAsync(this AuthServer server, GrantTerms terms, params string[] more) => server.ChangeAsync(async db =>
    {
        var grants = await db.Grants.Include(g => g.Resource).ThenInclude(r => r.Scopes)
            .Where(g => g.Status == OpenIddictConstants.Statuses.Valid).ToListAsync();
        foreach (var grant in grants)
        {
            grant.Allow([], more, terms, server.Clock);
            grant.Details = GrantDetails.Of(grant, grant.Resource);
        }
    });
}

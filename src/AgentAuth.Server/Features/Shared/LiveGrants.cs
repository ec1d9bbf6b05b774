using AgentAuth.Server.Model;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Shared;

internal static class LiveGrants
{
    public static IQueryable<Grant> Live(this IQueryable<Grant> grants, DateTimeOffset now) =>
        grants.Where(g => g.Status == OpenIddictConstants.Statuses.Valid && g.EndsAt > now);
}

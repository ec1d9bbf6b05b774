using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>A permission, and how many of the grants looked at have it.</summary>
internal sealed record ScopeUse(string Name, int Grants)
{
    /// <summary>Of fewer grants nothing follows.</summary>
    private const int FewestGrants = 5;

    /// <summary>Most people left it out, or were never asked.</summary>
    public bool IsRare(int of) => of >= FewestGrants && Grants * 2 < of;
}

/// <summary>A rule the app broke within a day, how often, and the newest of those refusals.</summary>
internal sealed record RuleBroken(Rule Rule, int Times, IReadOnlyList<(string Id, DateTimeOffset At)> Newest);

/// <summary>How an app fares, from rows that are there anyway: people as numbers, never as names.</summary>
internal sealed record AppUsage(
    int People, int Live, int NewGrants, DateTimeOffset? LastUsedAt, IReadOnlyList<ScopeUse> Scopes, IReadOnlyList<RuleBroken> Refusals)
{
    public const int NewDays = 30;

    /// <summary>People who said yes within a day, and how often somebody said no.</summary>
    public (int Yes, int No) Answers { get; private init; }

    /// <summary>Grants whose permissions are counted, the newest: enough to see what people leave out.</summary>
    public const int MaxCounted = 1_000;

    /// <summary>Of one rule.</summary>
    private const int MaxShown = 3;

    private const int MaxRefusals = 500;

    public static async Task<AppUsage> OfAsync(AgentAuthDb db, Client client, Guid owner, DateTimeOffset now, CancellationToken stop)
    {
        var (grants, since) = (db.Grants.AsNoTracking().Where(g => g.ApplicationId == client.Id), now.AddDays(-NewDays));
        var (live, day) = (grants.Live(now), now - RefusedRequest.Kept);
        var refusals = await RefusalsAsync(db, client, owner, now, stop);
        var no = refusals.Where(r => r.Rule == AuthorizeRules.Allowed).Sum(r => r.Times);
        return new(
            await live.Select(g => g.AccountId).Distinct().CountAsync(stop),
            await live.CountAsync(stop),
            await grants.CountAsync(g => g.CreatedAt > since, stop),
            await grants.MaxAsync(g => g.LastUsedAt, stop),
            await ScopesAsync(live, stop),
            refusals)
        {
            Answers = (await grants.CountAsync(g => g.AllowedAt > day, stop), no),
        };
    }

    private static async Task<IReadOnlyList<ScopeUse>> ScopesAsync(IQueryable<Grant> live, CancellationToken stop)
    {
        var newest = await live.OrderByDescending(g => g.AllowedAt).ThenBy(g => g.Id).Take(MaxCounted).ToListAsync(stop);
        return [.. newest.SelectMany(g => g.AllowedScopes)
            .GroupBy(s => s, StringComparer.Ordinal)
            .Select(s => new ScopeUse(s.Key, s.Count()))
            .OrderBy(s => s.Grants).ThenBy(s => s.Name, StringComparer.Ordinal)];
    }

    private static async Task<IReadOnlyList<RuleBroken>> RefusalsAsync(
        AgentAuthDb db, Client client, Guid owner, DateTimeOffset now, CancellationToken stop)
    {
        var since = now - RefusedRequest.Kept;
        var refused = await db.RefusedRequests.AsNoTracking()
            .Where(r => r.ClientId == client.ClientId && r.OwnerId == owner && r.At > since)
            .OrderByDescending(r => r.At).ThenBy(r => r.Id).Take(MaxRefusals)
            .Select(r => new { r.Id, r.At, r.Rule })
            .ToListAsync(stop);
        return [.. refused.GroupBy(r => r.Rule, StringComparer.Ordinal)
            .Select(r => new RuleBroken(Rules.Named(r.Key), r.Count(), [.. r.Take(MaxShown).Select(one => (one.Id, one.At))]))
            .OrderByDescending(r => r.Times)];
    }
}

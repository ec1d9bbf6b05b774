using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>What an agent did, with a number of statements that does not grow with it.</summary>
internal sealed class AgentFeed(AgentAuthDb db, TimeProvider clock, IStringLocalizer<Texts> words)
{
    public const int PageSize = 50;

    /// <summary>Lines on the agent's own page.</summary>
    public const int Glance = 8;

    /// <summary>Agents offered for removal at once, the longest unused first.</summary>
    public const int MostUnused = 20;

    /// <summary>A permission that was not used for so long may be taken away.</summary>
    public static readonly TimeSpan PermissionUnused = TimeSpan.FromDays(30);

    public static readonly TimeSpan AgentUnused = TimeSpan.FromDays(90);

    public async Task<FeedGlance> GlanceAsync(ConnectedAgent agent, CancellationToken stop)
    {
        var lines = await Newest(agent).Take(Glance + 1).ToListAsync(stop);
        var uses = await db.ScopeUses.AsNoTracking().Where(u => u.GrantId == agent.Grant.Id)
            .ToDictionaryAsync(u => u.Scope, StringComparer.Ordinal, stop);
        var scopes = await ScopesAsync(agent, stop);
        var isTold = uses.Count > 0 || await IsToldAsync(agent, stop);
        return new(
            agent.Grant.Id, InWords(lines.Take(Glance), scopes), lines.Count > Glance,
            [.. agent.Permissions.Where(p => scopes.ContainsKey(p.Scope)).Select(p => UseOf(agent, p, uses, scopes, isTold))]);
    }

    public async Task<FeedPage> PageAsync(ConnectedAgent agent, FeedPlace? before, CancellationToken stop)
    {
        var lines = await After(Newest(agent), before).Take(PageSize + 1).ToListAsync(stop);
        var scopes = await ScopesAsync(agent, stop);
        var shown = lines.Take(PageSize).ToList();
        return new(InWords(shown, scopes), lines.Count > PageSize ? FeedPlace.Of(shown[^1]) : null);
    }

    /// <summary>A person's agents that did nothing for long.</summary>
    public async Task<IReadOnlyList<UnusedAgent>> UnusedAsync(Guid accountId, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var since = now - AgentUnused;
        var grants = await db.Grants.AsNoTracking()
            .Where(g => g.AccountId == accountId && g.Status == OpenIddictConstants.Statuses.Valid && g.EndsAt > now && g.AllowedAt < since
                && (g.LastUsedAt == null || g.LastUsedAt < since))
            .OrderBy(g => g.LastUsedAt ?? g.AllowedAt).ThenBy(g => g.Id).Take(MostUnused)
            .Select(g => new { g.Id, Client = g.Application!, g.Label, Resource = g.Resource.Name, g.RedirectHost, g.LastUsedAt })
            .ToListAsync(stop);
        return [.. grants.Select(g => new UnusedAgent(
            g.Id, DisplayText.Clean(g.Label ?? g.Client.Name), g.Resource, g.RedirectHost, g.LastUsedAt))];
    }

    /// <summary>Said twice, so that the index finds the place and does not count up to it.</summary>
    private static IQueryable<Activity> After(IQueryable<Activity> lines, FeedPlace? place) => place is null ? lines : lines.Where(
        a => a.At <= place.At && (a.At < place.At || a.Id.CompareTo(place.Id) < 0));

    private IQueryable<Activity> Newest(ConnectedAgent agent) => db.Activities.AsNoTracking()
        .Where(a => a.GrantId == agent.Grant.Id).OrderByDescending(a => a.At).ThenByDescending(a => a.Id);

    /// <summary>All of the resource, also what the agent was refused.</summary>
    private Task<Dictionary<string, Scope>> ScopesAsync(ConnectedAgent agent, CancellationToken stop) =>
        db.Scopes.AsNoTracking().Where(s => s.ResourceId == agent.Grant.ResourceId)
            .ToDictionaryAsync(s => s.Name!, StringComparer.Ordinal, stop);

    /// <summary>Where a resource server tells nothing, nothing looks used.</summary>
    private Task<bool> IsToldAsync(ConnectedAgent agent, CancellationToken stop) => db.ScopeUses.AnyAsync(
        u => db.Grants.Any(g => g.Id == u.GrantId && g.ResourceId == agent.Grant.ResourceId), stop);

    private PermissionUse UseOf(
        ConnectedAgent agent, Permission permission, Dictionary<string, ScopeUse> uses, Dictionary<string, Scope> scopes, bool isTold)
    {
        var use = uses.GetValueOrDefault(permission.Scope);
        var since = clock.GetUtcNow() - PermissionUnused;
        var isUnused = isTold && agent.IsLive && agent.Grant.AllowedAt < since && (use is null || use.LastUsedAt < since)
            && !scopes[permission.Scope].IsRequired;
        var left = agent.Grant.AllowedScopes.Where(s => s != permission.Scope).ToList();
        return new(permission.Scope, permission.Sentence, use?.Calls ?? 0, use?.LastUsedAt)
        {
            LeftWithout = isUnused && left.Exists(scopes.ContainsKey) ? left : null,
        };
    }

    private List<FeedLine> InWords(IEnumerable<Activity> lines, Dictionary<string, Scope> scopes) =>
        [.. lines.Select(line => FeedWords.Of(line, scopes, words))];
}

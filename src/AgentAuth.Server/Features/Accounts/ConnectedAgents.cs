using System.Linq.Expressions;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Logos;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>A grant as its owner sees it.</summary>
internal sealed record ConnectedAgent(Grant Grant, Client Client, Resource Resource, IReadOnlyList<Permission> Permissions, bool IsLive)
{
    /// <summary>How often the same software registered and was allowed the same at the same place.</summary>
    public int Times { get; init; } = 1;

    /// <summary>When the last of them ends.</summary>
    public DateTimeOffset EndsAt { get; init; } = Grant.EndsAt;

    public bool IsPaused => Grant.PausedAt is not null;

    /// <summary>Only such a one may go on without an end.</summary>
    public bool IsProved => Terms.IsProved(Client, Grant.RedirectHost);

    /// <summary>Its picture, while its domain is proved.</summary>
    public Guid? LogoId { get; init; }

    public string Name => DisplayText.Clean(Client.Name);

    public IReadOnlyList<IGrouping<PermissionGroup, Permission>> Groups => ScopeWords.Grouped(Permissions);
}

/// <summary>One person's grants, with a number of statements that does not grow with theirs.</summary>
internal sealed class ConnectedAgents(AgentAuthDb db, TimeProvider clock, IStringLocalizer<Texts> words)
{
    public const int PageSize = 50;

    private static readonly TimeSpan EndedShownFor = TimeSpan.FromDays(30);

    /// <summary>Newest first; one more than fits tells that there is a next page.</summary>
    public async Task<(IReadOnlyList<ConnectedAgent> Agents, bool HasMore)> LiveAsync(Guid accountId, int page, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var agents = await ReadAsync(
            db.Grants.Where(g => g.AccountId == accountId && g.Status == OpenIddictConstants.Statuses.Valid && g.EndsAt > now)
                .OrderByDescending(g => g.AllowedAt).ThenBy(g => g.Id).Skip((page - 1) * PageSize).Take(PageSize + 1),
            stop);
        return (Folded(agents.Take(PageSize)), agents.Count > PageSize);
    }

    public Task<IReadOnlyList<ConnectedAgent>> EndedAsync(Guid accountId, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var since = now - EndedShownFor;
        return ReadAsync(
            db.Grants.Where(g => g.AccountId == accountId)
                .Where(g => g.Status == OpenIddictConstants.Statuses.Valid ? g.EndsAt <= now && g.EndsAt > since : g.EndedAt > since)
                .OrderByDescending(g => g.EndedAt ?? g.EndsAt).ThenBy(g => g.Id).Take(PageSize),
            stop);
    }

    /// <summary>With the others that stand in the list as one with it.</summary>
    public async Task<ConnectedAgent?> OneAsync(Guid accountId, Guid grantId, CancellationToken stop)
    {
        if ((await ReadAsync(db.Grants.Where(Own(accountId, grantId)), stop)).SingleOrDefault() is not { } one)
        {
            return null;
        }
        if (!one.IsLive || await FoldedWithAsync(accountId, grantId, stop) is not { } same)
        {
            return one;
        }
        var now = clock.GetUtcNow();
        var ends = await same.Where(g => g.Status == OpenIddictConstants.Statuses.Valid && g.EndsAt > now)
            .Select(g => g.EndsAt).ToListAsync(stop);
        return ends.Count < 2 ? one : one with { Times = ends.Count, EndsAt = ends.Max() };
    }

    /// <summary>It and those.</summary>
    public async Task<IQueryable<Grant>> AllOfAsync(Guid accountId, Guid grantId, CancellationToken stop) =>
        await FoldedWithAsync(accountId, grantId, stop) ?? db.Grants.Where(Own(accountId, grantId));

    /// <summary>The grants that stand in the list as one with this one: a program that registers at each connection has many.</summary>
    public async Task<IQueryable<Grant>?> FoldedWithAsync(Guid accountId, Guid grantId, CancellationToken stop)
    {
        var one = await db.Grants.AsNoTracking().Include(g => g.Application).FirstOrDefaultAsync(Own(accountId, grantId), stop);
        return one?.Application?.Software is not { } software ? null : db.Grants.Where(
            g => g.AccountId == accountId && g.ResourceId == one.ResourceId && g.RedirectHost == one.RedirectHost
                && g.Scopes == one.Scopes && g.Application!.Software == software && g.Application.Trust == one.Application.Trust
                && g.PausedAt.HasValue == one.PausedAt.HasValue && g.ChangesPerDay == one.ChangesPerDay
                && g.AsksFirst == one.AsksFirst && g.Picked == one.Picked && g.Label == one.Label && g.SessionId == one.SessionId);
    }

    public Task<Account> OwnerAsync(Guid accountId, CancellationToken stop) =>
        db.Users.AsNoTracking().FirstAsync(a => a.Id == accountId, stop);

    /// <summary>Somebody else's grant is not told from one that does not exist.</summary>
    public Task<bool> IsOwnAsync(Guid accountId, Guid grantId, CancellationToken stop) => db.Grants.AnyAsync(Own(accountId, grantId), stop);

    private static Expression<Func<Grant, bool>> Own(Guid accountId, Guid grantId) => g => g.Id == grantId && g.AccountId == accountId;

    /// <summary>
    /// Only those that may do the same on the same terms and have proved as much: nothing more is out there than the one that is shown
    /// says.
    /// </summary>
    private static IReadOnlyList<ConnectedAgent> Folded(IEnumerable<ConnectedAgent> agents) =>
    [
        .. agents
            .GroupBy(a => (
                a.Client.Software ?? a.Grant.Id.ToString("D"), a.Grant.ResourceId, a.Grant.RedirectHost, a.Grant.Scopes, TermsOf(a)))
            .Select(same => same.First() with { Times = same.Count(), EndsAt = same.Max(a => a.Grant.EndsAt) }),
    ];

    private static (Trust, bool, int?, bool, string?, string?, string?) TermsOf(ConnectedAgent agent) => agent.Grant is var g
        ? (agent.Client.Trust, agent.IsPaused, g.ChangesPerDay, g.AsksFirst, g.Picked, g.Label, g.SessionId)
        : default;

    private async Task<IReadOnlyList<ConnectedAgent>> ReadAsync(IQueryable<Grant> grants, CancellationToken stop)
    {
        var rows = await grants.AsNoTracking().Include(g => g.Application).Include(g => g.Resource).ToListAsync(stop);
        var resources = rows.Select(g => g.ResourceId).Distinct().ToList();
        var known = rows.Count == 0
            ? []
            : await db.Scopes.AsNoTracking().Where(s => resources.Contains(s.ResourceId)).OrderBy(s => s.Position).ToListAsync(stop);
        var scopes = known.ToLookup(s => s.ResourceId);
        var now = clock.GetUtcNow();
        var logos = await LogosAsync(rows, stop);
        return [.. rows.Select(g =>
            new ConnectedAgent(g, g.Application!, g.Resource, Permissions(g, scopes[g.ResourceId]), g.IsLive(now))
            {
                LogoId = logos.TryGetValue(g.ApplicationId, out var logo) ? logo : null,
            })];
    }

    /// <summary>Of the clients that may be shown with one, where they are: an answer to this computer proves nothing.</summary>
    private async Task<Dictionary<Guid, Guid>> LogosAsync(List<Grant> grants, CancellationToken stop)
    {
        var shown = grants
            .Where(g => !LoopbackRedirect.IsHere(g.RedirectHost) && LogoShelf.SourceOf(g.Application!) is not null)
            .Select(g => g.ApplicationId).Distinct().ToList();
        return shown.Count == 0
            ? []
            : await db.Logos.Where(l => shown.Contains(l.ApplicationId) && l.Png != null)
                .ToDictionaryAsync(l => l.ApplicationId, l => l.Id, stop);
    }

    private IReadOnlyList<Permission> Permissions(Grant grant, IEnumerable<Scope> known)
    {
        var byName = known.ToDictionary(s => s.Name!, StringComparer.Ordinal);
        return [.. grant.AllowedScopes
            .OrderBy(s => byName.TryGetValue(s, out var scope) ? scope.Position : -1)
            .Select(s => ScopeWords.Of(s, byName.GetValueOrDefault(s), words))];
    }
}

using System.Text.Json;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Admin.Grants;

internal enum GrantView
{
    Live = 0,
    Unused = 1,
    New = 2,
    SelfDeclared = 3,
    Ended = 4,
    All = 5,
}

/// <summary>A scope that was allowed, and its row if its resource still has one.</summary>
internal sealed record AllowedScope(string Name, Scope? Known);

/// <summary>A grant as the tables of the console show it.</summary>
internal sealed record GrantRow(
    Guid Id, Guid AgentId, string ClientId, string? DisplayName, Trust Trust, bool IsBlocked, Guid PersonId, string? Email,
    Guid ResourceId, string ResourceName, string ResourceIdentifier, string RedirectHost, string? Scopes,
    DateTimeOffset CreatedAt, DateTimeOffset EndsAt, DateTimeOffset? LastUsedAt, DateTimeOffset? EndedAt,
    string? EndedBecause, string? Status)
{
    public string Name => string.IsNullOrWhiteSpace(DisplayName) ? ClientId : DisplayName;

    public IReadOnlyList<AllowedScope> Allowed { get; init; } = [];

    public bool IsLive(DateTimeOffset now) => Status == OpenIddictConstants.Statuses.Valid && EndsAt > now;
}

/// <summary>One box over person, agent, host, resource and grant id; the views are the questions asked most.</summary>
internal static class GrantSearch
{
    public static readonly TimeSpan UnusedFor = TimeSpan.FromDays(30);
    public static readonly TimeSpan NewFor = TimeSpan.FromDays(7);

    public static IQueryable<Grant> Seen(this IQueryable<Grant> grants, GrantView view, DateTimeOffset now)
    {
        var unusedSince = now - UnusedFor;
        var newSince = now - NewFor;
        return view switch
        {
            GrantView.All => grants,
            GrantView.New => grants.Where(g => g.CreatedAt >= newSince),
            GrantView.Ended => grants.Where(g => g.Status != OpenIddictConstants.Statuses.Valid || g.EndsAt <= now),
            GrantView.Unused => grants.Live(now).Where(g => (g.LastUsedAt ?? g.CreatedAt) < unusedSince),
            GrantView.SelfDeclared => grants.Live(now).Where(g => g.Application!.Trust == Trust.SelfDeclared),
            _ => grants.Live(now),
        };
    }

#pragma warning disable CA1304, CA1311, CA1862 // ToLower becomes SQL's lower(): no culture, and no StringComparison there
    public static IQueryable<Grant> Matching(this IQueryable<Grant> grants, AgentAuthDb db, string? words)
    {
        if (words is null)
        {
            return grants;
        }
        var word = words.ToLowerInvariant();
        var id = Guid.TryParse(word, out var named) ? named : Guid.Empty;
        return grants.Where(g => g.Id == id
            || g.RedirectHost.ToLower().Contains(word)
            || g.Application!.ClientId!.ToLower().Contains(word)
            || g.Application.DisplayName!.ToLower().Contains(word)
            || g.Resource.Identifier.ToLower().Contains(word)
            || g.Resource.Name.ToLower().Contains(word)
            || db.Users.Any(a => a.Id == g.AccountId && a.Email!.ToLower().Contains(word)));
    }
#pragma warning restore CA1304, CA1311, CA1862

    /// <summary>Three statements, however many rows.</summary>
    public static async Task<Paged<GrantRow>> PageAsync(AgentAuthDb db, IQueryable<Grant> grants, int page, CancellationToken stop)
    {
        var rows = await Rows(db, grants).PageAsync(page, stop);
        var resources = rows.Items.Select(r => r.ResourceId).Distinct().ToList();
        var known = (await db.Scopes.AsNoTracking().Where(s => resources.Contains(s.ResourceId)).ToListAsync(stop))
            .ToLookup(s => s.ResourceId);
        return rows with { Items = [.. rows.Items.Select(r => r with { Allowed = AllowedOf(r.Scopes, known[r.ResourceId]) })] };
    }

    private static IQueryable<GrantRow> Rows(AgentAuthDb db, IQueryable<Grant> grants) =>
        from g in grants.AsNoTracking()
        join a in db.Users on g.AccountId equals a.Id
        orderby g.CreatedAt descending, g.Id
        select new GrantRow(
            g.Id, g.ApplicationId, g.Application!.ClientId!, g.Application.DisplayName, g.Application.Trust,
            g.Application.BlockedAt != null,
            a.Id, a.Email, g.ResourceId, g.Resource.Name, g.Resource.Identifier, g.RedirectHost, g.Scopes,
            g.CreatedAt, g.EndsAt, g.LastUsedAt, g.EndedAt, g.EndedBecause, g.Status);

    private static List<AllowedScope> AllowedOf(string? scopes, IEnumerable<Scope> known)
    {
        var byName = known.ToDictionary(s => s.Name!, StringComparer.Ordinal);
        var names = scopes is null ? [] : JsonSerializer.Deserialize<string[]>(scopes) ?? [];
        return [.. names.Select(n => new AllowedScope(n, byName.GetValueOrDefault(n)))];
    }
}

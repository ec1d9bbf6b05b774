using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// What a person changes about what they allowed, short of ending it. Each act is one transaction: the grants, a line of what was done,
/// an audit entry for each, and where tokens that are out there must obey, a notice to resource servers; docs/decisions/0026. Of the grants
/// that are passed only the live ones are changed, and only those to which it makes a difference are counted.
/// </summary>
internal sealed class GrantChanges(AgentAuthDb db, Revoker revoker, GrantNotices notices, TimeProvider clock)
{
    /// <summary>Of so many who change one grant at once each has a turn.</summary>
    private const int MostTries = 5;

    /// <summary>Nothing may end sooner: a token that is out there would outlive its grant.</summary>
    public static readonly TimeSpan SoonestEnd = TokenOptions.LongestAccessToken;

    /// <summary>Takes back every scope that is not kept. Actions that wait for a yes were asked under what was allowed until now.</summary>
    public Task<int> NarrowAsync(IQueryable<Grant> which, IReadOnlyCollection<string> kept, Actor actor, CancellationToken stop,
        Func<Grant, Task>? within = null)
    {
        return ChangeAsync(
            which, new("grant.reduce", ActivityKind.Changed, Tells: RevocationKind.Scopes) { Within = ReducedAsync }, actor,
            grant => grant.AllowedScopes.Except(kept, StringComparer.Ordinal).Any() ? $"-{string.Join(" -", grant.Narrow(kept))}" : null,
            stop);

        async Task ReducedAsync(Grant grant)
        {
            await EndQuestionsAsync(grant, stop);
            await (within?.Invoke(grant) ?? Task.CompletedTask);
        }
    }

    public Task<int> PauseAsync(
        IQueryable<Grant> which, Actor actor, CancellationToken stop, Func<Grant, Task>? within = null) => ChangeAsync(
        which.Where(g => g.PausedAt == null),
        new("grant.pause", ActivityKind.Paused, Tells: RevocationKind.Scopes) { Within = within }, actor,
        grant =>
        {
            grant.Pause(clock);
            return "";
        },
        stop);

    public Task<int> ResumeAsync(
        IQueryable<Grant> which, Actor actor, CancellationToken stop, Func<Grant, Task>? within = null) => ChangeAsync(
        which.Where(g => g.PausedAt != null),
        new("grant.resume", ActivityKind.Resumed, Tells: RevocationKind.Scopes) { Within = within }, actor,
        grant =>
        {
            grant.Resume();
            return "";
        },
        stop);

    /// <summary>Sooner or later than before; it no longer ends with a session.</summary>
    public Task<int> EndOnAsync(
        IQueryable<Grant> which, DateTimeOffset end, TimeSpan idle, Actor actor, CancellationToken stop, Func<Grant, Task>? within = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(end, clock.GetUtcNow() + SoonestEnd);
        return ChangeAsync(
            which, new("grant.until", ActivityKind.Changed, Tells: null) { Within = MovedAsync }, actor,
            grant =>
            {
                grant.EndOn(end);
                return "ends";
            },
            stop);

        async Task MovedAsync(Grant grant)
        {
            await MoveTokensAsync(grant, idle, stop);
            await (within?.Invoke(grant) ?? Task.CompletedTask);
        }
    }

    /// <summary>
    /// Refresh tokens of a grant whose end was moved end as if it had been so when they were made. Within the caller's transaction.
    /// </summary>
    public async Task MoveTokensAsync(Grant grant, TimeSpan idle, CancellationToken stop)
    {
        var end = grant.EndsAt.UtcDateTime;
        foreach (var token in await db.Tokens.Where(t => t.Authorization!.Id == grant.Id
            && t.Type == OpenIddictConstants.TokenTypeIdentifiers.RefreshToken
            && t.Status == OpenIddictConstants.Statuses.Valid).ToListAsync(stop))
        {
            var unused = token.CreationDate!.Value + idle;
            token.ExpirationDate = unused < end ? unused : end;
        }
    }

    public Task<int> LimitAsync(
        IQueryable<Grant> which, int? changesPerDay, bool asksFirst, Actor actor, CancellationToken stop,
        Func<Grant, Task>? within = null) =>
        ChangeAsync(
            which.Where(g => g.ChangesPerDay != changesPerDay || g.AsksFirst != asksFirst),
            new("grant.limit", ActivityKind.Changed, Tells: RevocationKind.Limits) { Within = within }, actor,
            grant =>
            {
                grant.Limit(changesPerDay, asksFirst);
                return "limits";
            },
            stop);

    public Task<int> RenameAsync(IQueryable<Grant> which, string? label, Actor actor, CancellationToken stop) => ChangeAsync(
        which.Where(g => g.Label != label), new("grant.rename", ActivityKind.Changed, Tells: null), actor,
        grant =>
        {
            grant.Rename(label);
            return "label";
        },
        stop);

    /// <summary>A yes that nobody fetched is none any more either; a no stays one.</summary>
    private async Task EndQuestionsAsync(Grant grant, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        await db.TakeGrantAsync(grant.Id, stop); // or one that is being asked at this moment would stay
        await db.Approvals
            .Where(a => a.GrantId == grant.Id && a.EndsAt > now && (a.Decision == Decision.Pending || a.Decision == Decision.Allowed))
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.EndsAt, now), stop);
    }

    private async Task<int> ChangeAsync(IQueryable<Grant> which, Act act, Actor actor, Func<Grant, string?> change, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var transaction = await db.Database.BeginTransactionAsync(stop);
                var count = await ChangeOnceAsync(which, act, actor, change, stop);
                await transaction.CommitAsync(stop);
                revoker.Announce();
                return count;
            }
            catch (DbUpdateException failure) when (LostRace.Is(failure) && tries < MostTries)
            {
                db.ChangeTracker.Clear();
                revoker.Forget();
            }
        }
    }

    private async Task<int> ChangeOnceAsync(
        IQueryable<Grant> which, Act act, Actor actor, Func<Grant, string?> change, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var grants = await which.Include(g => g.Application).Include(g => g.Resource).ThenInclude(r => r.Scopes)
            .Where(g => g.Status == OpenIddictConstants.Statuses.Valid && g.EndsAt > now).ToListAsync(stop);
        var last = act.Tells is { } kind ? await notices.LastAsync(kind, grants, stop) : [];
        var count = 0;
        foreach (var grant in grants)
        {
            if (change(grant) is not { } what)
            {
                continue;
            }
            grant.Details = GrantDetails.Of(grant, grant.Resource);
            db.Add(Line(grant, act.Kind, what));
            revoker.Audit(act.Name, $"grant {grant.Id:D}", what.Length == 0 ? null : what, actor);
            if (act.Tells is { } about)
            {
                notices.Tell(about, grant, last);
            }
            await (act.Within?.Invoke(grant) ?? Task.CompletedTask);
            count++;
        }
        await db.SaveChangesAsync(stop);
        return count;
    }

    private Activity Line(Grant grant, ActivityKind kind, string what) => new()
    {
        GrantId = grant.Id,
        AccountId = grant.AccountId,
        Kind = kind,
        What = what.Length == 0 ? null : what[..Math.Min(what.Length, Activity.MaxWhatLength)],
        At = clock.GetUtcNow(),
        LastAt = clock.GetUtcNow(),
    };

    /// <param name="Name">The audit table's word.</param>
    /// <param name="Kind">What the person reads of it.</param>
    /// <param name="Tells">What tokens that are out there must obey.</param>
    private sealed record Act(string Name, ActivityKind Kind, RevocationKind? Tells)
    {
        /// <summary>What else belongs to it, for each grant that changes.</summary>
        public Func<Grant, Task>? Within { get; init; }
    }
}

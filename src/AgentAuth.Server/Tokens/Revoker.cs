using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Rows;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Ends things for good, at once: the row, the notice to resource servers and the audit entry are one transaction, and when it is
/// committed the event streams are woken. Refresh tokens and codes die by their grant's status, access tokens by the notice.
/// </summary>
internal sealed class Revoker(AgentAuthDb db, TimeProvider clock, RevocationFeed feed)
{
    /// <summary>Grants ended per statement, so that ending a client for everyone neither blocks others nor grows without bound.</summary>
    private const int BatchSize = 500;

    public const string ReturnAct = "grant.revoke";

    public const string ReturnedByClient = "The client gave its refresh token back.";

    /// <summary>Written but perhaps not committed: told when they are.</summary>
    private readonly List<Revocation> _untold = [];

    /// <summary>Ends the live ones among these grants and says how many there were. The act is noted even when there were none.</summary>
    public Task<int> EndGrantsAsync(
        IQueryable<Grant> which, string act, string target, string? reason, Actor actor, CancellationToken stop,
        Func<Task>? within = null) =>
        TogetherAsync(async () =>
        {
            var ended = await EndLiveAsync(which, act, reason, ActivityKind.Ended, stop);
            Audit(act, target, reason, actor);
            await (ended > 0 && within is not null ? within() : Task.CompletedTask);
            await db.SaveChangesAsync(stop);
            return ended;
        }, stop);

    /// <summary>Ends one grant, whoever asks; nothing happens, and nothing is noted, when it has ended already.</summary>
    public async Task<int> EndGrantAsync(
        Guid id, string act, string? reason, Actor actor, CancellationToken stop, ActivityKind shown = ActivityKind.Ended,
        Func<Task>? within = null)
    {
        var which = db.Grants.Where(g => g.Id == id);
        if (!await Live(which).AnyAsync(stop))
        {
            return 0; // a storm of replays must not queue for writing
        }
        return await TogetherAsync(async () =>
        {
            var ended = await EndLiveAsync(which, act, reason, shown, stop);
            if (ended > 0)
            {
                Audit(act, $"grant {id:D}", reason, actor);
                await (within?.Invoke() ?? Task.CompletedTask);
                await db.SaveChangesAsync(stop);
            }
            return ended;
        }, stop);
    }

    /// <summary>Ends sessions, and with them what was allowed for as long as they last; says how many sessions there were.</summary>
    public async Task<int> EndSessionsAsync(IQueryable<Session> which, CancellationToken stop)
    {
        var bound = await Live(db.Grants).Where(g => which.Any(s => s.Id == g.SessionId)).Select(g => g.Id).ToListAsync(stop);
        if (bound.Count == 0)
        {
            return await which.ExecuteDeleteAsync(stop);
        }
        return await TogetherAsync(async () =>
        {
            foreach (var grant in bound)
            {
                await EndWithSessionAsync(grant, stop);
            }
            return await which.ExecuteDeleteAsync(stop);
        }, stop);
    }

    public Task<int> EndWithSessionAsync(Guid grant, CancellationToken stop) =>
        EndGrantAsync(grant, "grant.session", "The session it was allowed for is over.", Actor.Server, stop);

    /// <summary>Ends every grant of a client and every token it was given in its own name. Blocking it is the caller's choice.</summary>
    public Task<int> EndClientAsync(Client client, string act, string reason, Actor actor, CancellationToken stop) =>
        TogetherAsync(async () =>
        {
            await db.TakeClientsAsync([client.Id], stop);
            var ended = await EndGrantsAsync(
                db.Grants.Where(g => g.ApplicationId == client.Id), act, $"client {client.ClientId}", reason, actor, stop);
            KillTokens(client); // last: it reaches a few seconds past now, and ending many grants may take longer
            await db.SaveChangesAsync(stop);
            return ended;
        }, stop);

    /// <summary>Keeps these clients from getting other tokens until the caller's transaction ends, at whose beginning it stands.</summary>
    public async Task<Guid[]> TakeAsync(IQueryable<Client> which, CancellationToken stop)
    {
        var ids = await which.Select(c => c.Id).ToArrayAsync(stop);
        await db.TakeClientsAsync(ids, stop);
        return ids;
    }

    /// <summary>
    /// Ends every token these clients, which were taken before, were given in their own name so far; at the end of the caller's
    /// transaction, because it reaches only a few seconds past now.
    /// </summary>
    public async Task EndOwnTokensAsync(Guid[] taken, CancellationToken stop)
    {
        foreach (var client in await db.Clients.Where(c => taken.Contains(c.Id)).ToListAsync(stop))
        {
            KillTokens(client);
        }
        await db.SaveChangesAsync(stop);
    }

    /// <summary>Tells this node and its event streams: for who has committed a transaction of their own around an ending.</summary>
    public void Announce()
    {
        feed.Tell(_untold);
        _untold.Clear();
    }

    /// <summary>What was not committed is not told.</summary>
    public void Forget() => _untold.Clear();

    /// <summary>Adds a notice to what the caller saves; <see cref="Announce"/> tells it.</summary>
    public void Add(Revocation notice)
    {
        db.Add(notice);
        _untold.Add(notice);
    }

    /// <summary>One access token (RFC 7009), named by its <c>jti</c>.</summary>
    public async Task EndAccessTokenAsync(string jti, CancellationToken stop)
    {
        db.Add(Notice(RevocationKind.Token, jti));
        await db.SaveChangesAsync(stop);
        Announce();
    }

    /// <summary>What is written when a client gives a refresh token back, for who writes it without EF.</summary>
    public static GrantEnd GivenBack(Guid grant, Guid account, Client client, DateTimeOffset now)
    {
        var actor = Actor.ClientNamed(client.ClientId!, address: null);
        return new(
            grant, client.Id, ReturnedByClient, NoticeOf(RevocationKind.Grant, grant.ToString("D"), now, now),
            new() { At = now, Actor = actor.Name, Act = ReturnAct, Target = $"grant {grant:D}", Reason = ReturnedByClient },
            Line(grant, account, ActivityKind.Ended, ReturnAct, now));
    }

    public void Audit(string act, string target, string? reason, Actor actor) => db.Add(new AuditEntry
    {
        At = clock.GetUtcNow(),
        ActorId = actor.AccountId,
        Actor = actor.Name,
        Act = act,
        Target = target,
        Reason = reason,
        Address = actor.Address,
    });

    private void KillTokens(Client client)
    {
        client.KillTokens(clock);
        db.Add(Notice(RevocationKind.Client, client.ClientId!, client.TokensDeadBefore));
    }

    /// <summary>Within the caller's transaction when there is one, else in one of our own.</summary>
    private async Task<int> TogetherAsync(Func<Task<int>> act, CancellationToken stop)
    {
        if (db.Database.CurrentTransaction is not null)
        {
            return await act();
        }
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var ended = await act();
        await transaction.CommitAsync(stop);
        Announce();
        return ended;
    }

    /// <summary>Each grant is ended by one statement and one caller: of two who come together the second finds nothing to end.</summary>
    private async Task<int> EndLiveAsync(IQueryable<Grant> which, string act, string? reason, ActivityKind shown, CancellationToken stop)
    {
        var ended = 0;
        while (await Live(which).OrderBy(g => g.Id).Select(g => new { g.Id, g.AccountId }).Take(BatchSize).ToListAsync(stop)
            is { Count: > 0 } batch)
        {
            var ids = batch.ConvertAll(g => g.Id);
            if (await Grant.EndAsync(db.Grants.Where(g => ids.Contains(g.Id)), reason ?? act, clock, stop) is > 0 and var count)
            {
                db.AddRange(batch.Select(g => Notice(RevocationKind.Grant, g.Id.ToString("D"))));
                db.AddRange(batch.Select(g => Line(g.Id, g.AccountId, shown, act, clock.GetUtcNow())));
                await db.SaveChangesAsync(stop);
                ended += count;
            }
        }
        return ended;
    }

    private static Activity Line(Guid grant, Guid account, ActivityKind kind, string act, DateTimeOffset now) =>
        new() { GrantId = grant, AccountId = account, Kind = kind, What = act, At = now, LastAt = now };

    private static IQueryable<Grant> Live(IQueryable<Grant> which) => which.Where(g => g.Status == OpenIddictConstants.Statuses.Valid);

    private Revocation Notice(RevocationKind kind, string value, DateTimeOffset? until = null)
    {
        var notice = NoticeOf(kind, value, until ?? clock.GetUtcNow(), clock.GetUtcNow());
        _untold.Add(notice);
        return notice;
    }

    /// <summary>Kept for the longest any token may live, not as long as they live now: the setting may have been larger before.</summary>
    internal static Revocation NoticeOf(
        RevocationKind kind, string value, DateTimeOffset at, DateTimeOffset now, string? scopes = null) =>
        new()
        {
            Kind = kind,
            Value = value,
            Scopes = scopes,
            At = at,
            ForgetAt = now + TokenOptions.LongestAccessToken + TimeSpan.FromMinutes(1), // resource servers' clocks may be late
        };
}

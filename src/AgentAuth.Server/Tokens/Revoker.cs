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

    public const string ReturnedByClient = "The client gave its refresh token back.";

    /// <summary>Written but perhaps not committed: told when they are.</summary>
    private readonly List<Revocation> _untold = [];

    /// <summary>Ends the live ones among these grants and says how many there were. The act is noted even when there were none.</summary>
    public Task<int> EndGrantsAsync(
        IQueryable<Grant> which, string act, string target, string? reason, Actor actor, CancellationToken stop) =>
        TogetherAsync(async () =>
        {
            var ended = await EndLiveAsync(which, reason ?? act, stop);
            Audit(act, target, reason, actor);
            await db.SaveChangesAsync(stop);
            return ended;
        }, stop);

    /// <summary>Ends one grant, whoever asks; nothing happens, and nothing is noted, when it has ended already.</summary>
    public async Task<int> EndGrantAsync(Guid id, string act, string? reason, Actor actor, CancellationToken stop)
    {
        var which = db.Grants.Where(g => g.Id == id);
        if (!await Live(which).AnyAsync(stop))
        {
            return 0; // a storm of replays must not queue for writing
        }
        return await TogetherAsync(async () =>
        {
            var ended = await EndLiveAsync(which, reason ?? act, stop);
            if (ended > 0)
            {
                Audit(act, $"grant {id:D}", reason, actor);
                await db.SaveChangesAsync(stop);
            }
            return ended;
        }, stop);
    }

    /// <summary>Ends every grant of a client and every token it was given in its own name. Blocking it is the caller's choice.</summary>
    public Task<int> EndClientAsync(Client client, string act, string reason, Actor actor, CancellationToken stop) =>
        TogetherAsync(async () =>
        {
            await db.TakeClientsAsync([client.Id], stop);
            KillTokens(client);
            return await EndGrantsAsync(
                db.Grants.Where(g => g.ApplicationId == client.Id), act, $"client {client.ClientId}", reason, actor, stop);
        }, stop);

    /// <summary>
    /// Ends every token these clients were given in their own name so far, within the caller's transaction; until that ends they get no
    /// other one.
    /// </summary>
    public async Task EndOwnTokensAsync(IQueryable<Client> which, CancellationToken stop)
    {
        var ids = await which.Select(c => c.Id).ToArrayAsync(stop);
        await db.TakeClientsAsync(ids, stop);
        foreach (var client in await db.Clients.Where(c => ids.Contains(c.Id)).ToListAsync(stop))
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

    /// <summary>One access token (RFC 7009), named by its <c>jti</c>.</summary>
    public async Task EndAccessTokenAsync(string jti, CancellationToken stop)
    {
        db.Add(Notice(RevocationKind.Token, jti));
        await db.SaveChangesAsync(stop);
        Announce();
    }

    /// <summary>What is written when a client gives a refresh token back, for who writes it without EF.</summary>
    public static GrantEnd GivenBack(Guid grant, Client client, DateTimeOffset now)
    {
        var actor = Actor.ClientNamed(client.ClientId!, address: null);
        return new(
            grant, client.Id, ReturnedByClient, NoticeOf(RevocationKind.Grant, grant.ToString("D"), now, now),
            new() { At = now, Actor = actor.Name, Act = "grant.revoke", Target = $"grant {grant:D}", Reason = ReturnedByClient });
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
    private async Task<int> EndLiveAsync(IQueryable<Grant> which, string reason, CancellationToken stop)
    {
        var ended = 0;
        while (await Live(which).OrderBy(g => g.Id).Select(g => g.Id).Take(BatchSize).ToListAsync(stop) is { Count: > 0 } batch)
        {
            if (await Grant.EndAsync(db.Grants.Where(g => batch.Contains(g.Id)), reason, clock, stop) is > 0 and var count)
            {
                db.AddRange(batch.Select(id => Notice(RevocationKind.Grant, id.ToString("D"))));
                await db.SaveChangesAsync(stop);
                ended += count;
            }
        }
        return ended;
    }

    private static IQueryable<Grant> Live(IQueryable<Grant> which) => which.Where(g => g.Status == OpenIddictConstants.Statuses.Valid);

    private Revocation Notice(RevocationKind kind, string value, DateTimeOffset? until = null)
    {
        var notice = NoticeOf(kind, value, until ?? clock.GetUtcNow(), clock.GetUtcNow());
        _untold.Add(notice);
        return notice;
    }

    /// <summary>Kept for the longest any token may live, not as long as they live now: the setting may have been larger before.</summary>
    internal static Revocation NoticeOf(RevocationKind kind, string value, DateTimeOffset at, DateTimeOffset now) => new()
    {
        Kind = kind,
        Value = value,
        At = at,
        ForgetAt = now + TokenOptions.LongestAccessToken + TimeSpan.FromMinutes(1), // resource servers' clocks may be late
    };
}

using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Ends things for good, at once: the row, the notice to resource servers and the audit entry are one transaction, and when it is
/// committed the event streams are woken. Refresh tokens and codes die by their grant's status, access tokens by the notice.
/// </summary>
internal sealed class Revoker(AgentAuthDb db, TimeProvider clock, RevocationFeed feed, IOptions<TokenOptions> options)
{
    /// <summary>Grants ended per statement, so that ending a client for everyone neither blocks others nor grows without bound.</summary>
    private const int BatchSize = 500;

    /// <summary>Ends the live ones among these grants and says how many there were.</summary>
    public async Task<int> EndGrantsAsync(IQueryable<Grant> which, string act, string target, string? reason, Actor actor, CancellationToken stop)
    {
        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(stop) : null;
        var ended = 0;
        while (true)
        {
            var batch = await which.Where(g => g.Status == OpenIddictConstants.Statuses.Valid).OrderBy(g => g.Id).Take(BatchSize).ToListAsync(stop);
            if (batch.Count == 0)
            {
                break;
            }
            foreach (var grant in batch)
            {
                grant.End(reason ?? act, clock);
                db.Add(Notice(RevocationKind.Grant, grant.Id.ToString("D")));
            }
            await db.SaveChangesAsync(stop);
            ended += batch.Count;
        }
        Audit(act, target, reason, actor);
        await db.SaveChangesAsync(stop);
        if (transaction is not null)
        {
            await transaction.CommitAsync(stop);
        }
        feed.Wake();
        return ended;
    }

    /// <summary>Ends one grant, whoever asks; nothing happens when it has ended already.</summary>
    public Task<int> EndGrantAsync(Guid id, string act, string? reason, Actor actor, CancellationToken stop) =>
        EndGrantsAsync(db.Grants.Where(g => g.Id == id), act, $"grant {id:D}", reason, actor, stop);

    /// <summary>Ends every grant of a client and every token it was given in its own name. Blocking it is the caller's choice.</summary>
    public async Task<int> EndClientAsync(Client client, string act, string reason, Actor actor, CancellationToken stop)
    {
        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(stop) : null;
        client.KillTokens(clock);
        db.Update(client);
        db.Add(Notice(RevocationKind.Client, client.ClientId!));
        var ended = await EndGrantsAsync(db.Grants.Where(g => g.ApplicationId == client.Id), act, $"client {client.ClientId}", reason, actor, stop);
        if (transaction is not null)
        {
            await transaction.CommitAsync(stop);
        }
        feed.Wake();
        return ended;
    }

    /// <summary>One access token (RFC 7009), named by its <c>jti</c>.</summary>
    public async Task EndAccessTokenAsync(string jti, CancellationToken stop)
    {
        db.Add(Notice(RevocationKind.Token, jti));
        await db.SaveChangesAsync(stop);
        feed.Wake();
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

    private Revocation Notice(RevocationKind kind, string value) => new()
    {
        Kind = kind,
        Value = value,
        At = clock.GetUtcNow(),
        ForgetAt = clock.GetUtcNow() + options.Value.AccessToken + TimeSpan.FromMinutes(1), // resource servers' clocks may be late
    };
}

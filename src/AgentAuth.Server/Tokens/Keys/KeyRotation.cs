using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Tokens.Keys;

/// <summary>A new signing key takes over from the old one; <c>keys rotate</c> on the command line.</summary>
internal sealed class KeyRotation(AgentAuthDb db, KeyMint mint, TimeProvider clock, IOptions<TokenOptions> options)
{
    /// <summary>
    /// Planned: the new key is published first, signs later, and the old one stays published until the last token it signed is dead.
    /// At once (a key leaked): the new one signs now, the old one is gone, and what it signed is refused everywhere.
    /// </summary>
    public async Task<SigningKey> RotateAsync(bool atOnce, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var next = mint.NewSigningKey(atOnce ? -KeyOptions.BeforeAnyClock : KeyOptions.PublishAhead);
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        foreach (
            var old in await db.SigningKeys.Where(k => k.Use == KeyUse.Signing && (k.GoneAt == null || k.GoneAt > now)).ToListAsync(stop))
        {
            old.GoneAt = atOnce ? now - KeyOptions.BeforeAnyClock : next.UsedFrom + options.Value.AccessToken + KeyOptions.KeepAfter;
        }
        if (atOnce)
        {
            await ReplaceReceiptKeyAsync(now, stop);
        }
        db.Add(next);
        db.Add(new AuditEntry
        {
            At = now,
            Actor = "operator",
            Act = atOnce ? "keys.rotate-now" : "keys.rotate",
            Target = $"key {next.Id:N}",
        });
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return next;
    }

    /// <summary>It lay beside the one that leaked. Receipts signed until now stay good, later ones are refused.</summary>
    private async Task ReplaceReceiptKeyAsync(DateTimeOffset now, CancellationToken stop)
    {
        DateTimeOffset? gone = now;
        await db.SigningKeys.Where(k => k.Use == KeyUse.Receipt && k.GoneAt == null)
            .ExecuteUpdateAsync(k => k.SetProperty(x => x.GoneAt, gone), stop);
        db.Add(mint.NewReceiptKey());
    }
}

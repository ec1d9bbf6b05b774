using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Commands;

/// <summary>
/// What a restore does to what it brings back: after the backup was made things were removed, used and replaced that the backup knows
/// nothing of, so nothing that was issued may live. Grants end with a reason people can read, codes and refresh tokens are revoked,
/// sessions, questions, approvals, e-mails and what their links could do go. All keys are thrown away: what they signed or sealed, known to
/// the backup or not, is refused everywhere. Only the keys of receipts stay, to verify with: what people decided, they decided.
/// </summary>
internal static class EndEverything
{
    public const string Reason = "The server was restored from a backup; whoever was connected must be allowed again.";

    private static readonly string[] Over = [Statuses.Redeemed, Statuses.Revoked];

    public static async Task<IReadOnlyList<(string What, long[] Count)>> RunAsync(
        AgentAuthDb db, KeyMint mint, DateTimeOffset madeAt, TimeProvider clock, CancellationToken stop)
    {
        DateTimeOffset? now = clock.GetUtcNow();
        IReadOnlyList<(string, long[])> ended =
        [
            ("grants", [await Grant.EndAsync(db.Grants, Reason, clock, stop)]),
            ("tokens and codes", [await db.Tokens.Where(t => !Over.Contains(t.Status))
                .ExecuteUpdateAsync(t => t.SetProperty(x => x.Status, Statuses.Revoked), stop)]),
            ("sessions", [await db.Sessions.ExecuteDeleteAsync(stop)]),
            ("open questions", [await db.Interactions.ExecuteDeleteAsync(stop)]),
            ("playground runs", [await db.PlaygroundRuns.ExecuteDeleteAsync(stop)]),
            ("approvals", [await db.Approvals.ExecuteDeleteAsync(stop)]),
            ("e-mails and their links", [await db.OutgoingMails.ExecuteDeleteAsync(stop) + await db.MailLinks.ExecuteDeleteAsync(stop)]),
            ("keys", [await db.SigningKeys.Where(k => k.Use != KeyUse.Receipt).ExecuteDeleteAsync(stop)
                + await db.SigningKeys.Where(k => k.GoneAt == null).ExecuteUpdateAsync(k => k.SetProperty(x => x.GoneAt, now), stop)]),
        ];
        db.AddRange(mint.NewSigningKey(TimeSpan.Zero), mint.NewEncryptionKey(), mint.NewReceiptKey());
        db.Add(new AuditEntry
        {
            At = clock.GetUtcNow(),
            Actor = "operator",
            Act = "server.restore",
            Target = $"backup of {madeAt:u}",
            Reason = Reason,
        });
        await db.SaveChangesAsync(stop);
        return ended;
    }
}

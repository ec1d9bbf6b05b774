using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tokens.Mails;

/// <summary>
/// Tells people by e-mail what happened to what they allow. An e-mail is a row of the transaction it tells of, so neither comes without
/// the other; a chore sends it. Without a mail server nothing is written.
/// </summary>
internal sealed class Mailer(
    AgentAuthDb db, MailWriter writer, MailLinks links, MailSeal seal, IEnumerable<IMailDelivery> ways, TimeProvider clock)
{
    public bool IsOn => ways.Any();

    /// <summary>Adds one about a grant that is in the database already; the caller saves.</summary>
    /// <param name="kind">What it is about.</param>
    /// <param name="grantId">The grant's.</param>
    /// <param name="stop">When nobody waits any more.</param>
    /// <param name="about">What is asked about, for <see cref="MailKind.ApprovalAsked"/>.</param>
    public async Task AddAsync(MailKind kind, Guid grantId, CancellationToken stop, string? about = null)
    {
        if (!IsOn)
        {
            return;
        }
        var grant = await db.Grants.AsNoTracking().Include(g => g.Application).Include(g => g.Resource).ThenInclude(r => r.Scopes)
            .FirstOrDefaultAsync(g => g.Id == grantId, stop);
        var account = grant is null ? null : await db.Users.AsNoTracking().FirstOrDefaultAsync(a => a.Id == grant.AccountId, stop);
        if (account is not null)
        {
            Add(kind, new(grant!, account, grant!.Application!, grant.Resource), about);
        }
    }

    /// <summary>Adds one about a grant as it is in memory; the caller saves.</summary>
    public void Add(MailKind kind, GrantFacts facts, string? about = null)
    {
        if (!IsOn || facts.Account is not { DisabledAt: null, Email: { Length: > 0 } address })
        {
            return;
        }
        var (title, text) = writer.Write(kind, facts, LinkFor(kind, facts.Grant), about);
        var now = clock.GetUtcNow();
        db.Add(new OutgoingMail
        {
            AccountId = facts.Account.Id,
            To = address,
            Kind = kind.Word(),
            Subject = title,
            Text = seal.Close(text),
            CreatedAt = now,
            NextTryAt = now,
        });
    }

    private MailLinkTo? LinkFor(MailKind kind, Grant grant)
    {
        var end = clock.GetUtcNow() + MailLinks.Lifetime;
        return kind switch
        {
            MailKind.GrantNew or MailKind.GrantWider => new(links.Add(MailLinkPurpose.Report, grant, end), end),
            MailKind.GrantEnding => new(links.Add(MailLinkPurpose.Renew, grant, grant.EndsAt), grant.EndsAt),
            _ => null,
        };
    }
}

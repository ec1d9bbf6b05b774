using System.Globalization;
using AgentAuth.Server.Tokens;
using AgentAuth.Server.Tokens.Mails;
using AgentAuth.Server.Tokens.Receipts;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What follows a person's yes, in its transaction: a receipt, and an e-mail when something is allowed that was not.</summary>
internal sealed class AfterYes(ReceiptBook receipts, Mailer mailer)
{
    /// <param name="facts">The grant as the yes leaves it; all of it read for change.</param>
    /// <param name="shown">The page that was answered.</param>
    /// <param name="ticked">What was ticked on it.</param>
    /// <param name="before">What was allowed there until now, if that still stood.</param>
    /// <param name="stop">When nobody waits any more.</param>
    public async Task AddAsync(
        GrantFacts facts, ConsentView shown, IReadOnlyCollection<string> ticked, IReadOnlyCollection<string> before,
        CancellationToken stop)
    {
        facts.Account.Culture = CultureInfo.CurrentUICulture.Name;
        var lines = shown.Rows.Select(r => r.Permission)
            .Select(p => new ReceiptLine(p.Scope, p.Sentence, ticked.Contains(p.Scope, StringComparer.Ordinal), p.IsRequired));
        await receipts.AddAsync(ReceiptAct.Allow, facts, lines, stop);
        if (facts.Grant.AllowedScopes.Except(before, StringComparer.Ordinal).Any())
        {
            mailer.Add(before.Count == 0 ? MailKind.GrantNew : MailKind.GrantWider, facts);
        }
    }
}

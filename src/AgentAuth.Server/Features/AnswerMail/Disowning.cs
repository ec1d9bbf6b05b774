using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.AnswerMail;

/// <summary>"This was not me": what the e-mail was about ends at once, and its client is reported.</summary>
internal sealed class Disowning(
    AgentAuthDb db, Revoker revoker, Decisions decisions, Reports reports, IStringLocalizer<Texts> words)
{
    private const string Reason = "The person says by a link in an e-mail that it was not them.";

    /// <summary>
    /// Within the caller's transaction. A later yes may have put another grant in the place of the one that the e-mail names: whichever
    /// lives there ends.
    /// </summary>
    public async Task<string> RunAsync(GrantFacts facts, Actor actor, CancellationToken stop)
    {
        var grant = facts.Grant;
        var there = db.Grants.Where(g => g.AccountId == grant.AccountId && g.ApplicationId == grant.ApplicationId
            && g.ResourceId == grant.ResourceId && g.RedirectHost == grant.RedirectHost);
        var receipts = await decisions.OfEndAsync(there, stop);
        var ended = await revoker.EndGrantsAsync(there, "grant.disown", $"grant {grant.Id:D}", Reason, actor, stop, receipts);
        await reports.AddAsync(facts.Client, grant.AccountId, actor, stop);
        return ended > 0
            ? words["Removed: it can no longer act for you. The administrators see your report."]
            : words["It had ended already. The administrators see your report."];
    }
}

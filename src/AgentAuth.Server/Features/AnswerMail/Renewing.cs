using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using AgentAuth.Server.Tokens.Receipts;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Features.AnswerMail;

/// <summary>"Go on": the same for as long again. It is a yes to what the grant is, so nothing that changed since can ride on it.</summary>
internal sealed class Renewing(
    AgentAuthDb db, Revoker revoker, GrantChanges changes, ReceiptBook receipts, TimeProvider clock, IOptions<TokenOptions> options,
    IStringLocalizer<Texts> words)
{
    public DateTimeOffset Until(GrantFacts facts) => facts.Grant.RenewedUntil(MostOf(facts), clock);

    public IEnumerable<Permission> PermissionsOf(GrantFacts facts) =>
        facts.Grant.AllowedScopes.Select(s => ScopeWords.Of(s, facts.Resource.Scopes.Find(k => k.Name == s), words));

    /// <summary>Within the caller's transaction.</summary>
    public async Task<string> RunAsync(GrantFacts facts, Actor actor, CancellationToken stop)
    {
        var (grant, client) = (facts.Grant, facts.Client);
        if (!grant.IsLive(clock.GetUtcNow()) || !grant.IsFor(client)
            || client.BlockedAt is not null || facts.Account.DisabledAt is not null)
        {
            return words["It was not renewed: it has ended, or the agent is not what it was. The agent can ask again; you decide again."];
        }
        grant.Renew(MostOf(facts), clock);
        await changes.MoveTokensAsync(grant, options.Value.RefreshTokenIdle, stop);
        var lines = PermissionsOf(facts).Select(p => new ReceiptLine(p.Scope, p.Sentence, IsTicked: true, p.IsRequired));
        await receipts.AddAsync(ReceiptAct.Renew, facts, lines, stop);
        revoker.Audit("grant.renew", $"grant {grant.Id:D}", reason: null, actor);
        db.Add(new Activity
        {
            GrantId = grant.Id,
            AccountId = grant.AccountId,
            Kind = ActivityKind.Changed,
            What = "renewed",
            Address = actor.Address,
            At = clock.GetUtcNow(),
            LastAt = clock.GetUtcNow(),
        });
        await db.SaveChangesAsync(stop);
        return words["Renewed. You can remove it any time under Connected agents."];
    }

    /// <summary>As everywhere: who has proved nothing is let in for a while at a time.</summary>
    private TimeSpan MostOf(GrantFacts facts) => options.Value.Grant is var most && most > Terms.Longest
        && !Terms.IsProved(facts.Client, facts.Grant.RedirectHost) ? Terms.Longest : most;
}

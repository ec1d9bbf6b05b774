using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>Writes a yes down as one transaction: the grant, the answer to the question, the person's feed, the audit.</summary>
internal sealed partial class Allowing(
    AgentAuthDb db, Revoker revoker, GrantNotices notices, AfterYes after, TimeProvider clock, ILogger<Allowing> logger)
{
    /// <summary>False when what was asked was withdrawn while the page stood open.</summary>
    public async Task<bool> TryAsync(
        Interaction question, ConsentView shown, ConsentChoice choice, Actor actor, CancellationToken stop)
    {
        using var step = Telemetry.Step("consent");
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        await db.KeepResourceAsync(question.ResourceId, stop);
        await db.KeepClientAsync(question.ApplicationId, stop);
        await db.TakeAccountAsync(question.AccountId, stop); // the language of the yes is written there
        var client = await db.Clients.FirstAsync(c => c.Id == question.ApplicationId, stop);
        var account = await db.Users.FirstAsync(a => a.Id == question.AccountId, stop);
        var resource = await db.Resources.Include(r => r.Scopes).FirstAsync(r => r.Id == question.ResourceId, stop);
        // It became another while the page stood open: what was shown is not what would be allowed.
        if (client.BlockedAt is not null || client.AskAnewSince > question.CreatedAt || account.DisabledAt is not null
            || !question.AskedScopes.All(s => AccessPolicy.Offers(client, resource, s)))
        {
            return false;
        }
        var before = await GrantsFor(db, question).FirstOrDefaultAsync(stop);
        var (grant, scopes) = (before, choice.Scopes);
        var stood = Stands(before, client) ? before!.AllowedScopes : [];
        if (before is not null && await WhyAnewAsync(before, question, client, resource, choice, stop) is { } reason)
        {
            scopes = [.. scopes, .. StayingOf(before, question, client)];
            await revoker.EndGrantAsync(before.Id, "grant.replace", reason, actor, stop);
            grant = New(account, client, resource, question, before);
            await BudgetUse.CarryAsync(db, before.Id, grant.Id, clock.GetUtcNow(), stop);
        }
        grant ??= New(account, client, resource, question, before);
        grant.Allow(question.AskedScopes, scopes, choice.Terms, clock);
        grant.Details = GrantDetails.Of(grant, resource);
        await notices.WidenAsync(grant, stop);
        question.Allow(grant);
        await after.AddAsync(new(grant, account, client, resource), shown, choice.Scopes, stood, stop);
        db.Add(Line(grant, before is null ? ActivityKind.Allowed : ActivityKind.Changed, actor));
        revoker.Audit("grant.allow", $"grant {grant.Id:D}", string.Join(' ', scopes), actor);
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        Tell(grant);
        return true;
    }

    private Grant New(Account account, Client client, Resource resource, Interaction question, Grant? before)
    {
        var grant = Grant.Of(account, client, resource, question.RedirectHost, clock);
        grant.Rename(before?.Label);
        db.Add(grant);
        return grant;
    }

    private void Tell(Grant grant)
    {
        revoker.Announce();
        Telemetry.ConsentAllowed();
        Allowed(logger, grant.Id, grant.ApplicationId);
    }

    private bool Stands(Grant? grant, Client client) => grant?.IsLive(clock.GetUtcNow()) == true && grant.IsFor(client);

    /// <summary>The one grant this question is about, if there is one: live, paused, or past its date.</summary>
    public static IQueryable<Grant> GrantsFor(AgentAuthDb db, Interaction question) => db.Grants.Where(
        g => g.AccountId == question.AccountId && g.ApplicationId == question.ApplicationId && g.ResourceId == question.ResourceId
            && g.RedirectHost == question.RedirectHost && g.Status == OpenIddictConstants.Statuses.Valid);

    /// <summary>
    /// Why a yes makes a new grant where there is one. Tokens that can do more than the person allows now are out there, and only the end
    /// of the grant they hang from is heard everywhere at once.
    /// </summary>
    private async Task<string?> WhyAnewAsync(
        Grant grant, Interaction question, Client client, Resource resource, ConsentChoice choice, CancellationToken stop)
    {
        if (!grant.IsFor(client))
        {
            return "The client is not what it was when it was allowed.";
        }
        if (!grant.IsLive(clock.GetUtcNow()))
        {
            return "It reached its end date.";
        }
        return grant.Loses(question.AskedScopes, choice.Scopes)
            || IsTighter(choice.Terms, grant, await notices.WasNarrowedAsync(grant, stop) ? null : resource)
            ? "The person allowed less than before."
            : null;
    }

    /// <summary>An earlier end needs no new grant: it is looked at whenever a token is asked for.</summary>
    /// <param name="terms">As they are to be.</param>
    /// <param name="grant">As it is.</param>
    /// <param name="resource">
    /// Its own; null when the grant was narrowed lately: tokens then hold scopes it does not say, and what is stricter for any scope is
    /// stricter for one of theirs.
    /// </param>
    private static bool IsTighter(GrantTerms terms, Grant grant, Resource? resource)
    {
        bool Allows(Func<Scope, bool> which) => resource is null
            || resource.Scopes.Exists(s => which(s) && grant.AllowedScopes.Contains(s.Name, StringComparer.Ordinal));
        var limits = terms.ChangesPerDay < (grant.ChangesPerDay ?? int.MaxValue) && Allows(s => s.Risk != Risk.See);
        var asks = terms.AsksFirst && !grant.AsksFirst && Allows(s => s.Risk is Risk.Delete or Risk.Spend);
        var picks = terms.Picked is { } now && (grant.PickedObjects is not { } then || then.Except(now, StringComparer.Ordinal).Any());
        return limits || asks || picks;
    }

    /// <summary>What was not asked this time is as it was, for as long as the client is.</summary>
    private IEnumerable<string> StayingOf(Grant grant, Interaction question, Client client) =>
        Stands(grant, client)
            ? grant.AllowedScopes.Except(question.AskedScopes, StringComparer.Ordinal)
            : [];

    private Activity Line(Grant grant, ActivityKind kind, Actor actor) => new()
    {
        GrantId = grant.Id,
        AccountId = grant.AccountId,
        Kind = kind,
        Address = actor.Address,
        At = clock.GetUtcNow(),
        LastAt = clock.GetUtcNow(),
    };

    [LoggerMessage(1401, LogLevel.Information, "Grant {GrantId} was allowed to client {ApplicationId}.")]
    private static partial void Allowed(ILogger logger, Guid grantId, Guid applicationId);
}

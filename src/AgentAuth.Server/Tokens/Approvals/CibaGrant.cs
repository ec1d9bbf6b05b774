using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.OpenIdCiba;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Tokens.Rows;
using AgentAuth.Server.Tokens.ShortPath;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens.Approvals;

/// <summary>
/// The token endpoint's grant <c>urn:openid:params:grant-type:ciba</c> (OpenID CIBA Core §10, §11). A yes is fetched once, and what is
/// fetched is no power at the resource: a token of a minute with no scope of it, that says which one action was allowed.
/// </summary>
internal sealed class CibaGrant(
    AgentAuthDb db, ResourceAccounts accounts, Questions questions, Issuance issuance, TimeProvider clock)
{
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(1);

    /// <summary>How much sooner than told somebody may come: clocks and wires are not exact.</summary>
    private static readonly TimeSpan Haste = TimeSpan.FromMilliseconds(500);

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        Answer.KeepNowhere(http.Response);
        if (await accounts.ProvedAsync(http) is not { } account)
        {
            return accounts.RefuseUnproved(http, "approvals");
        }
        var stop = http.RequestAborted;
        var form = await http.Request.ReadFormAsync(stop);
        var hash = Questions.HashOf(form[Ciba.RequestId].ToString());
        var question = await db.Approvals.AsNoTracking().FirstOrDefaultAsync(a => a.RequestHash == hash, stop);
        var resource = question is null ? null : await db.Resources.AsNoTracking()
            .FirstOrDefaultAsync(r => r.Id == question.ResourceId && r.AccountClientId == account.ClientId, stop);
        if (question is null || resource is null || question.Decision == Decision.Used)
        {
            return Refuse(http, ApprovalRules.Open, Errors.InvalidGrant, "There is no such question of this account, or no more.");
        }
        var now = clock.GetUtcNow();
        if (question.EndsAt <= now)
        {
            return Refuse(http, ApprovalRules.Ended, Ciba.ExpiredToken, "Nobody answered in time, or nobody came for the answer.");
        }
        var grant = await db.Grants.AsNoTracking().FirstAsync(g => g.Id == question.GrantId, stop);
        var person = await db.Users.AsNoTracking().FirstAsync(a => a.Id == question.AccountId, stop);
        if (question.Decision == Decision.Denied || grant.PausedAt is not null || !grant.IsLive(now) || person.DisabledAt is not null)
        {
            return Refuse(http, ApprovalRules.Allowed, Errors.AccessDenied, "The person did not allow it.");
        }
        return question.Decision == Decision.Pending ? await WaitAsync(question, now, stop)
            : !issuance.IsReady ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable)
            : await questions.UseAsync(question.Id, stop) ? Tokens(account, resource, person, question, now)
            : Refuse(http, ApprovalRules.Open, Errors.InvalidGrant, "The answer was fetched already.");
    }

    /// <summary>What is ordinary: no refusal that anybody would look up.</summary>
    private async Task<IResult> WaitAsync(Approval question, DateTimeOffset now, CancellationToken stop)
    {
        var isTooSoon = question.PolledAt is { } polled && now - polled < TimeSpan.FromSeconds(Ciba.Interval) - Haste;
        await db.Approvals.Where(a => a.Id == question.Id).ExecuteUpdateAsync(a => a.SetProperty(x => x.PolledAt, now), stop);
        return Results.Json(
            new { error = isTooSoon ? Ciba.SlowDown : Ciba.AuthorizationPending }, statusCode: StatusCodes.Status400BadRequest);
    }

    private IResult Tokens(Client account, Resource resource, Account person, Approval question, DateTimeOffset now)
    {
        var token = new AccessTokenFacts(
            person.Subject, account.ClientId!, resource.Identifier, [Scopes.OpenId], question.GrantId, now, TokenLifetime)
        {
            Details = question.Details,
        };
        var accessToken = issuance.AccessToken(token);
        var own = new OwnToken(token.Scopes, resource.Identifier, SignedInAt: null, Nonce: null, RedirectUri: null, Challenge: null);
        var row = new PersonRow(person.Id, person.Email, person.EmailConfirmed, IsDisabled: false);
        var idToken = issuance.IdToken(token, accessToken, row, own);
        return Results.Bytes(
            Answer.Object(json => Issuance.WriteTokens(
                json, accessToken, TokenLifetime, token.Scope, idToken, refreshToken: null, question.Details)),
            "application/json;charset=UTF-8");
    }

    private IResult Refuse(HttpContext http, Rule rule, string error, string words) =>
        accounts.Refuse(http, rule, error, StatusCodes.Status400BadRequest, words);
}

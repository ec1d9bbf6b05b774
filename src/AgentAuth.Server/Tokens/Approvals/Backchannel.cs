using System.Globalization;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.OpenIdCiba;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using AgentAuth.Server.Specs.Uts39Confusables;
using AgentAuth.Server.Tokens.Keys;
using AgentAuth.Server.Tokens.ShortPath;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens.Approvals;

/// <summary>
/// <c>POST backchannel_authentication_endpoint</c> (OpenID CIBA Core §7): a resource server asks a person about one action of an agent. The
/// agent's own access token says which person and which grant it is about; whoever holds none that lives can ask nobody anything.
/// </summary>
internal sealed class Backchannel(
    AgentAuthDb db, ResourceAccounts accounts, Questions questions, KeyRing ring, Ended ended, Issuer issuer, TimeProvider clock)
{
    private static readonly string[] OtherHints = ["login_hint", "id_token_hint", "user_code", "request", "acr_values"];

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await accounts.ProvedAsync(http) is not { } account)
        {
            return accounts.RefuseUnproved(http, "approvals");
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (Problem(form) is var (rule, error, words) && rule is not null)
        {
            return accounts.Refuse(http, rule, error, StatusCodes.Status400BadRequest, words);
        }
        var (action, problem) = RequestedAction.Read(form[AuthorizationDetails.Name]);
        if (action is null)
        {
            return accounts.Refuse(
                http, ApprovalRules.Action, AuthorizationDetails.Error, StatusCodes.Status400BadRequest, problem);
        }
        if (ProvedToken.Of(form[Ciba.LoginHintToken].ToString(), ring.ShortPathKeys, issuer.Value) is not { Grant: not null } token
            || token.ClientId == account.ClientId // an answer of ours: it must not ask the next question
            || await ResourceAsync(account, token, http.RequestAborted) is not { } resource)
        {
            return accounts.Refuse(
                http, ApprovalRules.Agent, Ciba.UnknownUser, StatusCodes.Status400BadRequest,
                "The login_hint_token is no access token that a person's agent has for this resource.");
        }
        if (await GrantAsync(token, resource, http.RequestAborted) is not { } grant)
        {
            return accounts.Refuse(
                http, ApprovalRules.Agent, Ciba.ExpiredLoginHintToken, StatusCodes.Status400BadRequest,
                "The agent's access token, or its grant, has ended.");
        }
        return grant.PausedAt is not null ? Denied(http, "The person paused this agent.")
            : !StillAllows(grant, resource, action, form) ? Denied(http, "The person took back what this action needs.")
            : await AskAsync(http, grant, action, form);
    }

    private IResult Denied(HttpContext http, string words) =>
        accounts.Refuse(http, ApprovalRules.Allowed, Errors.AccessDenied, StatusCodes.Status403Forbidden, words);

    /// <summary>
    /// The agent's token may say more than is allowed by now. What an action needs says the resource, beside <c>openid</c>; and where the
    /// resource's permissions name the tool, one of those.
    /// </summary>
    private static bool StillAllows(Grant grant, Resource resource, RequestedAction action, IFormCollection form)
    {
        var allowed = grant.AllowedScopes.ToHashSet(StringComparer.Ordinal);
        var needed = form[Parameters.Scope].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(s => s != Scopes.OpenId);
        var unlocking = resource.Scopes.Where(s => s.ToolNames.Contains(action.Tool, StringComparer.Ordinal)).ToList();
        return needed.All(allowed.Contains) && (unlocking.Count == 0 || unlocking.Exists(s => allowed.Contains(s.Name!)));
    }

    private static (Rule? Rule, string Error, string? Words) Problem(IFormCollection form)
    {
        if (!form[Parameters.Scope].ToString().Split(' ').Contains(Scopes.OpenId, StringComparer.Ordinal))
        {
            return (AccessRules.ScopeNamed, Errors.InvalidScope, "Ask for the scope openid (OpenID CIBA Core §7.1).");
        }
        if (Array.Find(OtherHints, form.ContainsKey) is { } other)
        {
            return (RequestRules.Unsupported, Errors.InvalidRequest, $"The {other} parameter is not supported; send login_hint_token.");
        }
        var message = form[Ciba.BindingMessage].ToString();
        if (message.Length > Approval.MaxMessageLength || message.EnumerateRunes().Any(Unseen.Is))
        {
            return (RequestRules.Invalid, Ciba.InvalidBindingMessage, "The binding_message has over 200 characters, or is not plain text.");
        }
        var isExpirySaid = form.TryGetValue(Ciba.RequestedExpiry, out var expiry);
        return isExpirySaid && (!int.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds == 0)
            ? (RequestRules.Invalid, Errors.InvalidRequest, "The requested_expiry must be a positive number of seconds.")
            : default;
    }

    private Task<Resource?> ResourceAsync(Client account, ProvedToken token, CancellationToken stop) => db.Resources.AsNoTracking()
        .Include(r => r.Scopes)
        .FirstOrDefaultAsync(r => r.Identifier == token.Audience && r.AccountClientId == account.ClientId, stop);

    private async Task<Grant?> GrantAsync(ProvedToken token, Resource resource, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return token.ExpiresAt > now && !ended.Has(token.Grant, token.Id, token.ClientId, token.IssuedAt)
            && Guid.TryParse(token.Grant, out var id)
            && await db.Grants.AsNoTracking().FirstOrDefaultAsync(g => g.Id == id, stop) is { } grant
            && grant.ResourceId == resource.Id && grant.IsLive(now)
            && await db.Users.AnyAsync(a => a.Id == grant.AccountId && a.DisabledAt == null, stop) ? grant : null;
    }

    private async Task<IResult> AskAsync(HttpContext http, Grant grant, RequestedAction action, IFormCollection form)
    {
        var expiry = int.TryParse(form[Ciba.RequestedExpiry], CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : Ciba.UsualExpiry;
        string? message = form[Ciba.BindingMessage];
        var lifetime = TimeSpan.FromTicks(Math.Clamp(expiry.Ticks, Ciba.ShortestExpiry.Ticks, Ciba.LongestExpiry.Ticks));
        var (answer, id, endsAt) = await questions.AskAsync(
            grant, action, string.IsNullOrEmpty(message) ? null : message, lifetime, http.RequestAborted);
        switch (answer)
        {
            case Asked.Refused:
                return Denied(http, "The person refused this action a moment ago.");
            case Asked.Overtaken:
                return accounts.Refuse(
                    http, ApprovalRules.Agent, Ciba.ExpiredLoginHintToken, StatusCodes.Status400BadRequest,
                    "The grant became another at this moment. Ask again.");
            case Asked.TooMany:
                http.Response.Headers.RetryAfter = Questions.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                return accounts.Refuse(
                    http, ApprovalRules.Few, Ciba.SlowDown, StatusCodes.Status429TooManyRequests,
                    "As many actions of this agent as may be wait for an answer already.");
            default:
                return Results.Json(new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    [Ciba.RequestId] = id!,
                    ["expires_in"] = Math.Max(1, (long)(endsAt - clock.GetUtcNow()).TotalSeconds),
                    ["interval"] = Ciba.Interval,
                });
        }
    }
}

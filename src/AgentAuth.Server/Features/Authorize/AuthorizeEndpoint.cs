using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>
/// <c>/connect/authorize</c>. Client, redirect, challenge, resource and scopes are proved by the time it is called; it gathers the facts
/// about the
/// person, and <see cref="NextStep"/> decides.
/// </summary>
internal sealed class AuthorizeEndpoint(
    AgentAuthDb db, Interactions interactions, Reauthentication reauthentication, IOwnClient own, Sessions sessions, Issuer issuer,
    TimeProvider clock)
{
    /// <summary>With our own mark at its end it still fits the request line that browsers bring back.</summary>
    private const int MaxQueryLength = 6 * 1024;

    private static readonly NextStep.Refuse TooLong =
        new(OpenIddictConstants.Errors.InvalidRequest, "The request is too long to be carried through signing in.");

    private static readonly NextStep.Refuse OnlyTheOwner =
        new(OpenIddictConstants.Errors.AccessDenied, "The playground asks only who began the run, in the same browser, once.");

    private static readonly string[] OwnParameters = [Interactions.Parameter, Reauthentication.Parameter];

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        if (http.GetOpenIddictServerRequest() is not { } request)
        {
            return Results.NotFound(); // routed here by a spelling the protocol does not know
        }
        var query = Query(request);
        if (query.Length > MaxQueryLength)
        {
            return Refuse(TooLong, AuthorizeRules.Length);
        }
        var stop = http.RequestAborted;
        var transaction = http.Features.Get<OpenIddictServerAspNetCoreFeature>()!.Transaction!;
        var (access, redirectUri) = (Access.Of(transaction)!, ProvedRedirect.Of(transaction)!.Uri);
        var person = Person.Of((await http.AuthenticateAsync(IdentityConstants.ApplicationScheme)).Principal);
        if (person is not null && await IsLuredAsync(transaction, access.Client, person, stop))
        {
            return Refuse(OnlyTheOwner, AuthorizeRules.Owner);
        }
        var answer = person is null ? null : await interactions.UseAnswerAsync(QuestionOf(request), person, query, stop);
        var grant = person is null ? null : await GrantAsync(person, access, redirectUri, stop);
        var facts = Facts(request, query, person, answer) with
        {
            HintIsForAnother = await HintIsForAnotherAsync(http, request, person),
            IsRemembered = grant is not null && person is not null && IsRemembered(grant, access, person),
            AlwaysAsk = AnybodyCanPoseAs(access.Client, redirectUri),
            ArrivedCold = Arrival.IsCold(http.Request, access.Client, redirectUri),
        };
        switch (NextStep.For(facts))
        {
            case NextStep.SignIn step:
                return Results.Redirect(SignInUrl(query, step.Again));
            case NextStep.Consent:
                var question = await interactions.AskAsync(person!, access, redirectUri, query, stop);
                return Results.Redirect($"{issuer.Path}/consent/{question.Id}{Hints(request, facts)}");
            case NextStep.Refuse refusal:
                transaction.SetProperty<object>(ProvedRedirect.AnsweredByPerson, answer);
                return Refuse(refusal);
            default:
                return await IssueAsync(access, grant, person!, stop);
        }
    }

    /// <summary>
    /// To a client that is a page of ours, by somebody else, who would get what is allowed. That is told to the person alone.
    /// </summary>
    private async Task<bool> IsLuredAsync(OpenIddictServerTransaction transaction, Client client, Person person, CancellationToken stop)
    {
        if (client.ClientId != own.ClientId
            || await own.HasBegunAsync(person.AccountId, person.SessionId, transaction.Request!.State, stop))
        {
            return false;
        }
        transaction.SetProperty<object>(ProvedRedirect.StaysHere, person);
        return true;
    }

    /// <summary>
    /// No secret proves the client, or its answer goes where any program can wait for it (RFC 8252 §8.6, RFC 6819 §5.2.3.2).
    /// </summary>
    private static bool AnybodyCanPoseAs(Client client, string redirectUri) =>
        client.ClientType == ClientTypes.Public || client.Trust is Trust.SelfDeclared or Trust.RunsOnThisComputer
        || LoopbackRedirect.StaysHere(redirectUri);

    private AuthorizeFacts Facts(OpenIddictRequest request, string query, Person? person, Interaction? answer)
    {
        var hasSignedInForThis = person is not null
            && reauthentication.IsDone((string?)request[Reauthentication.Parameter], query, person.SignedInAt);
        return new()
        {
            PromptsNone = request.HasPromptValue(PromptValues.None),
            PromptsOther = request.GetPromptValues().Any(p => p != PromptValues.None),
            PromptsConsent = request.HasPromptValue(PromptValues.Consent),
            IsSignedIn = person is not null,
            HasSignedInForThis = hasSignedInForThis,
            // Whoever answered the question had signed in as asked before it was put; asking again would never end.
            MustSignInAgain = person is not null && answer is null && !hasSignedInForThis && AsksForSignIn(request, person),
            Answer = answer?.Decision,
        };
    }

    private bool AsksForSignIn(OpenIddictRequest request, Person person) =>
        request.HasPromptValue(PromptValues.Login) || request.HasPromptValue(PromptValues.SelectAccount)
        || (request.MaxAge is { } age && clock.GetUtcNow().ToUnixTimeSeconds() - person.SignedInAt > age) || request.MaxAge is 0;

    private async Task<IResult> IssueAsync(Access access, Grant? grant, Person person, CancellationToken stop)
    {
        var account = await db.Users.AsNoTracking().FirstOrDefaultAsync(a => a.Id == person.AccountId, stop);
        if (grant is null || account is not { DisabledAt: null })
        {
            return Refuse(new(OpenIddictConstants.Errors.AccessDenied, "The grant ended while the answer was on its way. Ask again."));
        }
        var scopes = access.Scopes.Intersect(grant.AllowedScopes, StringComparer.Ordinal).ToList();
        return scopes.Count == 0
            ? Refuse(new(OpenIddictConstants.Errors.AccessDenied, "The person allowed nothing of what was asked."))
            : Results.SignIn(
                TokenClaims.For(grant, account, scopes, person.SignedInAt), null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    /// <summary>What was allowed for one session is asked about in another; so is what the person paused.</summary>
    private static bool IsRemembered(Grant grant, Access access, Person person) =>
        grant.IsFor(access.Client) && grant.PausedAt is null && (grant.SessionId is null || grant.SessionId == person.SessionId)
        && !access.Scopes.Except(grant.AllowedScopes, StringComparer.Ordinal).Any();

    private async Task<Grant?> GrantAsync(Person person, Access access, string redirectUri, CancellationToken stop)
    {
        var host = LoopbackRedirect.HostOf(redirectUri);
        var grant = await db.Grants.AsNoTracking().Include(g => g.Resource).FirstOrDefaultAsync(
            g => g.AccountId == person.AccountId && g.ApplicationId == access.Client.Id && g.ResourceId == access.Resource.Id
                && g.RedirectHost == host && g.Status == Statuses.Valid, stop);
        return grant?.IsLive(clock.GetUtcNow()) == true && !await sessions.HasEndedWithAsync(grant, stop) ? grant : null;
    }

    private static async Task<bool> HintIsForAnotherAsync(HttpContext http, OpenIddictRequest request, Person? person)
    {
        if (person is null || string.IsNullOrEmpty(request.IdTokenHint))
        {
            return false;
        }
        var hint = await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        return hint.Principal?.GetClaim(Claims.Subject) is { } subject && subject != person.AccountId.ToString("D");
    }

    private static string? QuestionOf(OpenIddictRequest request) => (string?)request[Interactions.Parameter];

    private string SignInUrl(string query, bool again)
    {
        var returnUrl =
            $"{issuer.Path}{Endpoints.Authorize}{query}&{Reauthentication.Parameter}={Uri.EscapeDataString(reauthentication.Mark(query))}";
        return $"{issuer.Path}/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}{(again ? "&again=1" : "")}";
    }

    /// <summary>The page of the question is in the languages its request asked for, and says how the browser came here.</summary>
    private static string Hints(OpenIddictRequest request, AuthorizeFacts facts)
    {
        var hints = new QueryBuilder();
        if (!string.IsNullOrEmpty(request.UiLocales))
        {
            hints.Add(Parameters.UiLocales, request.UiLocales);
        }
        if (facts.ArrivedCold)
        {
            hints.Add(Arrival.Parameter, Arrival.Cold);
        }
        return hints.ToString();
    }

    private static IResult Refuse(NextStep.Refuse refusal, Rule? rule = null) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = refusal.Error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = refusal.Words,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorUri] = rule?.Uri,
        }),
        [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);

    /// <summary>The request as one canonical query, without our own marks: what a decision is bound to.</summary>
    private static string Query(OpenIddictRequest request)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in request.GetParameters().Where(p => !OwnParameters.Contains(p.Key, StringComparer.Ordinal)))
        {
            query.Add(name, ((System.Collections.Immutable.ImmutableArray<string?>?)value ?? []).Select(v => v ?? ""));
        }
        return query.ToQueryString().Value!;
    }
}

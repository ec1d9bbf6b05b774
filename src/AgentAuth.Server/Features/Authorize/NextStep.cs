using AgentAuth.Server.Model;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>What the authorization endpoint does next, as a value.</summary>
internal abstract record NextStep
{
    /// <summary>To the sign-in page; <c>Again</c> when the session there is does not do.</summary>
    internal sealed record SignIn(bool Again) : NextStep;

    internal sealed record Consent : NextStep;

    internal sealed record Issue : NextStep;

    internal sealed record Refuse(string Error, string Words) : NextStep;

    /// <summary>
    /// One place decides (OpenID Connect Core §3.1.2.1 for <c>prompt</c>, <c>max_age</c> and the hint; RFC 8252 §8.6 for native clients).
    /// Pure: the same facts give the same step.
    /// </summary>
    public static NextStep For(AuthorizeFacts facts)
    {
        if (facts.PromptsNone && facts.PromptsOther)
        {
            return new Refuse("invalid_request", "prompt=none cannot be joined with another prompt.");
        }
        if (facts.Answer == Decision.Denied)
        {
            return new Refuse("access_denied", "The person did not allow it.");
        }
        if (facts.HintIsForAnother && facts.HasSignedInForThis)
        {
            return new Refuse("login_required", "Somebody else signed in than the id_token_hint names.");
        }
        if (!facts.IsSignedIn || facts.MustSignInAgain || facts.HintIsForAnother)
        {
            return facts.PromptsNone
                ? new Refuse("login_required", "The person must sign in, and prompt=none forbids asking.")
                : new SignIn(facts.IsSignedIn);
        }
        if (facts.Answer == Decision.Allowed)
        {
            return new Issue();
        }
        if (facts.IsRemembered && !facts.AlwaysAsk && !facts.PromptsConsent && !facts.ArrivedCold)
        {
            return new Issue();
        }
        return facts.PromptsNone
            ? new Refuse("consent_required", "The person must allow it, and prompt=none forbids asking.")
            : new Consent();
    }
}

/// <summary>Everything the next step depends on.</summary>
internal sealed record AuthorizeFacts
{
    public bool PromptsNone { get; init; }

    /// <summary>Any prompt value beside <c>none</c>.</summary>
    public bool PromptsOther { get; init; }

    public bool PromptsConsent { get; init; }

    public bool IsSignedIn { get; init; }

    /// <summary><c>prompt=login</c>, <c>select_account</c> or <c>max_age</c>, and no sign-in since it was asked.</summary>
    public bool MustSignInAgain { get; init; }

    /// <summary>The session is younger than this request's first visit.</summary>
    public bool HasSignedInForThis { get; init; }

    /// <summary><c>id_token_hint</c> names somebody else.</summary>
    public bool HintIsForAnother { get; init; }

    /// <summary>The answer this person gave, in this session, to exactly this request; used once.</summary>
    public Decision? Answer { get; init; }

    /// <summary>A live grant covers every scope asked.</summary>
    public bool IsRemembered { get; init; }

    /// <summary>Anybody can pose as this client: a native program, a self-declared one.</summary>
    public bool AlwaysAsk { get; init; }

    /// <summary>No page of the client's led here: <see cref="Arrival"/>.</summary>
    public bool ArrivedCold { get; init; }
}

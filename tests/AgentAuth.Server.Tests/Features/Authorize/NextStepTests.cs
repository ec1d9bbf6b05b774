using AgentAuth.Server.Features.Authorize;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>The decision as a table: what is known of the request and the person, and what follows.</summary>
public sealed class NextStepTests
{
    private static readonly AuthorizeFacts Nobody = new();
    private static readonly AuthorizeFacts SignedIn = new() { IsSignedIn = true };
    private static readonly AuthorizeFacts Remembered = new() { IsSignedIn = true, IsRemembered = true };
    private static readonly AuthorizeFacts Allowed = new() { IsSignedIn = true, Answer = Decision.Allowed };
    private static readonly AuthorizeFacts Denied = new() { IsSignedIn = true, Answer = Decision.Denied };

    private static readonly (string Case, AuthorizeFacts Facts, string Step)[] Table =
    [
        ("nobody is signed in", Nobody, "sign in"),
        ("nobody, and no page may be shown", Nobody with { PromptsNone = true }, "login_required"),
        ("nobody, and a question is wished", Nobody with { PromptsConsent = true, PromptsOther = true }, "sign in"),
        ("two wishes that exclude each other", Remembered with { PromptsNone = true, PromptsOther = true }, "invalid_request"),
        ("the same of nobody", Nobody with { PromptsNone = true, PromptsOther = true }, "invalid_request"),
        ("somebody who was never asked", SignedIn, "consent"),
        ("the same, and no page may be shown", SignedIn with { PromptsNone = true }, "consent_required"),
        ("a yes of before", Remembered, "issue"),
        ("a yes of before, in silence", Remembered with { PromptsNone = true }, "issue"),
        ("a yes of before, but a question is wished", Remembered with { PromptsConsent = true, PromptsOther = true }, "consent"),
        ("a yes of before to a client anybody can pose as", Remembered with { AlwaysAsk = true }, "consent"),
        ("the same in silence", Remembered with { AlwaysAsk = true, PromptsNone = true }, "consent_required"),
        ("a sign-in too old", Remembered with { MustSignInAgain = true }, "sign in again"),
        ("a sign-in too old, in silence", Remembered with { MustSignInAgain = true, PromptsNone = true }, "login_required"),
        ("a hint at another person", Remembered with { HintIsForAnother = true }, "sign in again"),
        ("a hint at another person, in silence", Remembered with { HintIsForAnother = true, PromptsNone = true }, "login_required"),
        ("a hint at another than who just signed in", Remembered with { HintIsForAnother = true, HasSignedInForThis = true },
            "login_required"),
        ("yes", Allowed, "issue"),
        ("yes, to a client anybody can pose as", Allowed with { AlwaysAsk = true }, "issue"),
        ("yes, where a question was wished", Allowed with { PromptsConsent = true, PromptsOther = true }, "issue"),
        ("yes, but of another person than hinted", Allowed with { HintIsForAnother = true }, "sign in again"),
        ("no", Denied, "access_denied"),
        ("no, though it was allowed before", Denied with { IsRemembered = true }, "access_denied"),
        ("an answer not given", SignedIn with { Answer = Decision.Pending }, "consent"),
        ("an answer used before", SignedIn with { Answer = Decision.Used }, "consent"),
    ];

    public static TheoryData<string> Cases { get; } = [.. Table.Select(t => t.Case)];

    [Theory]
    [MemberData(nameof(Cases))]
    [Spec("OpenID Connect Core 1.0", "3.1.2.1")]
    [Spec("AA-T019")]
    public void The_same_facts_lead_to_the_same_step(string @case)
    {
        var (_, facts, expected) = Table.Single(t => t.Case == @case);

        var step = NextStep.For(facts) switch
        {
            NextStep.SignIn { Again: true } => "sign in again",
            NextStep.SignIn => "sign in",
            NextStep.Consent => "consent",
            NextStep.Issue => "issue",
            NextStep.Refuse refusal => refusal.Error,
            var other => other.ToString(),
        };

        Assert.Equal(expected, step);
    }
}

using System.Globalization;
using AgentAuth.Server.Specs;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>
/// What clients do wrong, one thing at a time. Those at the authorization endpoint are sent without a browser: they are refused before
/// anybody is asked.
/// </summary>
internal static class Mistakes
{
    private const string NoCode = "Needs a code in hand, and uses it up: go through the authorization request first.";
    private const string Elsewhere = "https://elsewhere.example/callback";

    /// <summary>Of no run: the one that is sent so is spent.</summary>
    private const string PlainVerifier = "a-verifier-of-64-characters-that-everybody-on-the-way-has-read--";

    private const string OtherResource = "https://elsewhere.example/mcp";

    public static IReadOnlyList<Step> AtAuthorization { get; } =
    [
        Asking("wrong-redirect", "Another redirect address",
            "It is not registered, so the answer stays here: an error page, and no redirect.", _ => [(Parameters.RedirectUri, Elsewhere)]),
        Asking("no-pkce", "No PKCE", "Without code_challenge.",
            _ => [(Parameters.CodeChallenge, null), (Parameters.CodeChallengeMethod, null)]),
        Asking("plain-pkce", "PKCE with plain", "code_challenge_method=plain: the challenge is the verifier itself.",
            _ => [(Parameters.CodeChallenge, PlainVerifier), (Parameters.CodeChallengeMethod, CodeChallengeMethods.Plain)]),
        Asking("unknown-resource", "An unknown resource", "One that is not registered here.", _ => [(Parameters.Resource, OtherResource)]),
        Asking("unknown-scope", "An unknown scope", "One that the resource does not have.",
            run => [(Parameters.Scope, $"{run.Scope} no.such.scope")]),
        Asking("implicit", "A token in the redirect", "response_type=token, the implicit flow.",
            _ => [(Parameters.ResponseType, ResponseTypes.Token)]),
    ];

    public static IReadOnlyList<Step> WithCode { get; } =
    [
        Redeeming("wrong-verifier", "A wrong verifier", "The verifier of another request.",
            _ => (Parameters.CodeVerifier, new string('x', 43))),
        Redeeming("wrong-audience", "Another audience", "The code is for one resource, and the token is asked for another.",
            _ => (Parameters.Resource, OtherResource)),
        Redeeming("other-redirect", "Another redirect address at redemption", "Not the one of the authorization request.",
            run => (Parameters.RedirectUri, run.RedirectUri + "/")),
        Redeeming("expired-code", "An expired code", "The right request, too late.", _ => null) with
        {
            WhyNot = (run, now) => run.Code is null ? NoCode
                : run.CodeEndsAt is { } end && now <= end
                    ? string.Create(CultureInfo.InvariantCulture, $"The code is good until {end:HH:mm:ss} UTC: wait, and press again.")
                    : null,
        },
    ];

    public static IReadOnlyList<Step> AtAnyTime { get; } =
    [
        new("made-up-code", "A made-up code", "One that this server never issued.")
        {
            Request = run => Steps.Redemption(run, "no-code-of-this-server"),
        },
        new("unknown-client", "An unknown client", "A client_id that nobody registered.")
        {
            Request = run => Steps.Redemption(run, "no-code-of-this-server", (Parameters.ClientId, "no-such-client")),
        },
        new("password-grant", "The password grant", "grant_type=password, which OAuth 2.1 has no more.")
        {
            Request = run => Steps.Redemption(run, "no-code-of-this-server", (Parameters.GrantType, GrantTypes.Password)),
        },
        new("broken-token", "A broken access token", "One whose signature does not fit.")
        {
            Request = run => WireRequest.Get(Endpoints.UserInfo, (run.AccessToken ?? "no.token") + "x"),
        },
    ];

    public static IReadOnlyList<Step> All { get; } = [.. AtAuthorization, .. WithCode, .. AtAnyTime];

    private static Step Asking(string key, string title, string words, Func<Run, (string Name, string? Value)[]> changes) =>
        new(key, title, words) { Request = run => AskFor.Request(run, changes(run)) };

    private static Step Redeeming(string key, string title, string words, Func<Run, (string Name, string Value)?> change) =>
        new(key, title, words)
        {
            WhyNot = (run, _) => run.Code is null ? NoCode : null,
            Request = run => Steps.Redemption(run, run.Code!, change(run) is { } wrong ? [wrong] : []),
            Before = run => run.Presented(),
        };
}

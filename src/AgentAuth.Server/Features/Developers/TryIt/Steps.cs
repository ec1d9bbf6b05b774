using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>What a client does once the person has allowed it.</summary>
internal static class Steps
{
    private const string NoCode = "There is no code in hand: go through the authorization request first.";
    private const string NoToken = "There is no token yet: redeem the code first.";

    public static readonly Step Redeem = new(
        "redeem", "Redeem the code", "The code and the verifier for tokens (RFC 6749 §4.1.3, RFC 7636 §4.5).")
    {
        WhyNot = (run, _) => run.Code is null ? NoCode : null,
        Request = run => Redemption(run, run.Code!),
        Before = run => run.Presented(),
        After = (run, answer) => run.Took(answer),
    };

    public static readonly Step UserInfo = new(
        "userinfo", "Ask userinfo",
        "Who the person is, with the access token (OpenID Connect Core §5.3). Without the scope openid it is refused.")
    {
        WhyNot = (run, _) => run.AccessToken is null ? NoToken : null,
        Request = run => WireRequest.Get(Endpoints.UserInfo, run.AccessToken),
    };

    public static readonly Step Refresh = new(
        "refresh", "Refresh", "The refresh token for new tokens; it is used up by that (RFC 6749 §6, RFC 9700 §4.14.2).")
    {
        WhyNot = (run, _) => run.RefreshToken is null ? "There is no refresh token: ask for offline_access." : null,
        Request = run => Refreshing(run.RefreshToken!),
        After = (run, answer) => run.Took(answer),
    };

    public static readonly Step RefreshOld = new(
        "refresh-old", "Use the old refresh token again",
        "A client that lost the answer is given the same new one for half a minute. After that it is what a thief would do: the grant "
            + "ends, and the new tokens with it.")
    {
        WhyNot = (run, _) => run.UsedRefreshToken is null ? "Refresh once first: then there is an old one." : null,
        Request = run => Refreshing(run.UsedRefreshToken!),
    };

    public static readonly Step RedeemAgain = new(
        "redeem-again", "Redeem the code again",
        "A code works once. Its return while it is good ends what it gave (RFC 6749 §4.1.2); later it is only refused, as expired.")
    {
        WhyNot = (run, _) => run.UsedCode is null ? "Redeem the code once first." : null,
        Request = run => Redemption(run, run.UsedCode!),
    };

    public static readonly Step Revoke = new(
        "revoke", "Revoke",
        "Gives the refresh token back, or the access token where there is no other (RFC 7009). "
            + "With a refresh token the whole grant ends.")
    {
        WhyNot = (run, _) => run.AccessToken is null ? NoToken : null,
        Request = run => WireRequest.Post(
            Endpoints.Revoke,
            (Parameters.ClientId, Client.PlaygroundId),
            (Parameters.Token, run.RefreshToken ?? run.AccessToken!),
            (Parameters.TokenTypeHint, run.RefreshToken is null ? Parameters.AccessToken : Parameters.RefreshToken)),
    };

    public static IReadOnlyList<Step> All { get; } = [Redeem, UserInfo, Refresh, RefreshOld, RedeemAgain, Revoke];

    /// <summary>A token request for a code; what is changed takes the place of what is right.</summary>
    public static WireRequest Redemption(Run run, string code, params (string Name, string Value)[] changes)
    {
        (string Name, string Value)[] right =
        [
            (Parameters.GrantType, GrantTypes.AuthorizationCode), (Parameters.ClientId, Client.PlaygroundId), (Parameters.Code, code),
            (Parameters.RedirectUri, run.RedirectUri), (Parameters.CodeVerifier, run.Verifier),
            .. run.Resource is { } resource ? [(Parameters.Resource, resource)] : Array.Empty<(string, string)>(),
        ];
        return WireRequest.Post(Endpoints.Token, right.Where(p => !Array.Exists(changes, c => c.Name == p.Name)).Concat(changes));
    }

    private static WireRequest Refreshing(string refreshToken) => WireRequest.Post(
        Endpoints.Token,
        (Parameters.GrantType, GrantTypes.RefreshToken),
        (Parameters.ClientId, Client.PlaygroundId),
        (Parameters.RefreshToken, refreshToken));
}

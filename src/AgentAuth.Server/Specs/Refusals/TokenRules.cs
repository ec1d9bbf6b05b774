namespace AgentAuth.Server.Specs.Refusals;

/// <summary>Codes and tokens that are presented.</summary>
internal static class TokenRules
{
    public static readonly Rule GrantType = new(
        "grant-type.known", "RFC 6749 §5.2",
        "A grant_type that grant_types_supported lists in the metadata.",
        "Use authorization_code, refresh_token or client_credentials.");

    public static readonly Rule CodeFresh = new(
        "code.fresh", "RFC 6749 §4.1.2",
        "A code that is still good: it lives for about a minute, and once.",
        "Redeem the code at once. If it was at once, compare the clocks of the machines on the way: "
            + "the time on this page is the server's.");

    public static readonly Rule CodeGenuine = new(
        "code.genuine", "RFC 6749 §4.1.3",
        "A code that this server issued, whole and decoded once.",
        "Take the code from the query of the redirect, URL-decode it once, and send it to the issuer that iss names.");

    public static readonly Rule Once = new(
        "token.once", "RFC 6749 §4.1.2, RFC 9700 §4.14.2",
        "A code or refresh token that was not used before.",
        "Each answer has a new refresh token: keep that one and forget the old one, in every process. The grant was ended, because a thief "
            + "looks the same. Send the person through authorization again.");

    public static readonly Rule Succeeded = new(
        "refresh-token.newest", "RFC 9700 §4.14.2",
        "The newest refresh token of the grant: another process of the client has used this one and the next.",
        "Read the refresh token again from where the client's processes share it. The grant goes on.");

    public static readonly Rule Verifier = new(
        "pkce.verifier", "RFC 7636 §4.6",
        "The code_verifier whose SHA-256 is the code_challenge of the authorization request, 43 to 128 characters.",
        "Keep the verifier with the state of the request that it belongs to; two requests side by side must not share one.");

    public static readonly Rule SameRedirect = new(
        "redirect-uri.same", "RFC 6749 §4.1.3",
        "The redirect_uri of the authorization request, character for character.",
        "Send the same string again. On a loopback address that includes the port.");

    public static readonly Rule SameClient = new(
        "token.client", "RFC 6749 §4.1.3, §6",
        "The client that the code or token was issued to.",
        "Redeem with the client_id that asked. A client that registers anew cannot use what it was given under its old name.");

    public static readonly Rule Refresh = new(
        "refresh-token.live", "RFC 6749 §6",
        "A refresh token that this server issued and that has neither expired nor been ended.",
        "Send the person through authorization again.");

    public static readonly Rule Grant = new(
        "grant.live", "RFC 6749 §5.2",
        "A grant that has not ended: people, administrators and resources can end it at any time.",
        "Send the person through authorization again.");

    public static readonly Rule Paused = new(
        "grant.running", "RFC 6749 §5.2",
        "A grant that is not paused: people can pause it, and resume it when they like.",
        "Keep the refresh token and try again later, or ask the person.");

    public static readonly Rule Present = new(
        "token.present", "RFC 6750 §2.1",
        "An access token in the Authorization header: Bearer, a space, the token.",
        "Send the token in the header, not in the address or the body.");

    public static readonly Rule Live = new(
        "token.live", "RFC 6750 §3.1",
        "An access token of this server, whole, signed by a key it still has, not expired and not ended.",
        "Get a new one with the refresh token. If that is refused too, send the person through authorization again.");

    /// <summary>Resource servers check it, and tell of it.</summary>
    public static readonly Rule Audience = new(
        "token.audience", "RFC 8707 §2, RFC 9068 §4",
        "An access token that is for the MCP server or API it was sent to: its aud is that one's identifier.",
        "Each token is for one: ask for one with resource set to the address that the protected resource metadata tells, character for "
            + "character, and keep the tokens of several apart.");

    public static readonly Rule Scope = new(
        "token.scope", "RFC 6750 §3.1",
        "A token that was granted the openid scope.",
        "Ask for openid, with profile or email as needed, when the person authorizes. A token for an MCP server or API alone does not say "
            + "who the person is.");

    public static IReadOnlyList<Rule> All { get; } =
    [
        GrantType, CodeFresh, CodeGenuine, Once, Succeeded, Verifier, SameRedirect, SameClient, Refresh, Grant, Paused, Present, Live,
        Audience, Scope,
    ];
}

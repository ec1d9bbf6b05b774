namespace AgentAuth.Server.Specs.Refusals;

/// <summary>What the authorization endpoint and the page to sign out ask of a request.</summary>
internal static class AuthorizeRules
{
    public static readonly Rule Redirect = new(
        "redirect-uri.registered", "RFC 6749 §3.1.2.3, RFC 9700 §4.1.3",
        "A redirect_uri that equals one registered for the client, character for character. Of a native client's loopback address the port "
            + "may differ.",
        "Send one of the registered addresses, or have yours registered. Look for a slash at the end, http for https, localhost for "
            + "127.0.0.1, upper case.");

    public static readonly Rule Challenge = new(
        "pkce.challenge", "RFC 7636 §4.2, RFC 9700 §2.1.1",
        "A code_challenge: the base64url SHA-256 of a fresh code_verifier, 43 characters without padding.",
        "Switch PKCE on in the client, also when it has a secret.");

    public static readonly Rule S256 = new(
        "pkce.s256", "RFC 7636 §4.2, RFC 9700 §2.1.1",
        "code_challenge_method=S256. The method plain is refused, and so is a missing one, which would mean plain.",
        "Send the SHA-256 of the verifier and code_challenge_method=S256. With plain the challenge is the verifier itself: the one of this "
            + "request was exposed on the way, so make a new one.");

    public static readonly Rule ResponseType = new(
        "response-type.code", "RFC 6749 §3.1.1, RFC 9700 §2.1.2",
        "response_type=code.",
        "Use the code flow. Tokens never come back in an address.");

    public static readonly Rule ResponseMode = new(
        "response-mode.query", "RFC 9700 §2.1",
        "No response_mode, or response_mode=query.",
        "Read the answer from the query of the redirect.");

    public static readonly Rule Person = new(
        "person.present", "OpenID Connect Core §3.1.2.6",
        "A person who is signed in and has allowed what is asked, because prompt=none forbids asking.",
        "Send the same request without prompt=none.");

    public static readonly Rule Allowed = new(
        "person.allowed", "RFC 6749 §4.1.2.1",
        "A person who allows it.",
        "Nothing is wrong with the request: somebody said no, or it was ended meanwhile. Ask again when they start it again.");

    public static readonly Rule Owner = new(
        "playground.owner", "RFC 6749 §10.12",
        "A request of this server's playground comes from who began the run, in the same session, with its state, and gets one answer.",
        "Begin a run of your own on the page Try it of the developer portal.");

    public static readonly Rule Length = new(
        "request.length", "RFC 6749 §3.1",
        "An authorization request that fits an address, also while the person signs in.",
        "Shorten state, or keep it on your side and send a reference.");

    public static readonly Rule LogOut = new(
        "logout.redirect", "OpenID Connect RP-Initiated Logout 1.0 §3",
        "A post_logout_redirect_uri that is registered for the client, and the client_id or an id_token_hint of the same client.",
        "Register the address, or send none: the person then stays here.");

    public static IReadOnlyList<Rule> All { get; } =
        [Redirect, Challenge, S256, ResponseType, ResponseMode, Person, Allowed, Owner, Length, LogOut];
}

namespace AgentAuth.Server.Specs.Refusals;

/// <summary>Who asks, and how it proves that.</summary>
internal static class ClientRules
{
    public static readonly Rule Known = new(
        "client.known", "RFC 6749 §2.2",
        "A client_id that is registered here, and neither blocked nor deleted.",
        "Compare the client_id with the registration, letter by letter. A client that kept an old registration must forget it and register "
            + "again.");

    public static readonly Rule Document = new(
        "client.document", "OAuth Client ID Metadata Document §4",
        "A client_id that is the https address of a client metadata document which this server can read and take.",
        "What is wrong with the document stands beside this. The document page under /developers reads it again.");

    /// <summary>Where nothing tells which of the possibilities it was.</summary>
    public static readonly Rule Authentication = new(
        "client.authentication", "RFC 6749 §5.2",
        "A client_id that is registered here and, unless the client is public, the proof it is registered for: its present secret, or an "
            + "assertion that its key signed.",
        "Compare, in this order: the client_id, the way the client authenticates, then the secret or the key.");

    public static readonly Rule Secret = new(
        "client.secret", "RFC 6749 §2.3.1",
        "The client's present secret, by HTTP Basic or as client_secret in the body.",
        "The secret is wrong, or was deleted or replaced: put in the newest one. In HTTP Basic, client_id and secret are form-encoded "
            + "before they are joined by a colon.");

    public static readonly Rule SecretExpired = new(
        "client.secret-expired", "RFC 6749 §2.3.1",
        "A secret of the client whose time is not over.",
        "The secret was the right one and has expired. Make a new one on the app's page under /developers, put it in, and delete the old "
            + "one. Two are good at a time: the next one can be made before the last one ends.");

    public static readonly Rule Method = new(
        "client.auth-method", "RFC 6749 §2.3",
        "The way to authenticate that the client is registered for, and only that one.",
        "A public client sends client_id and no secret. A confidential client sends its secret, once: in the header or in the body, not in "
            + "both. A client registered for private_key_jwt sends client_assertion and client_assertion_type and no secret; one that has "
            + "a secret sends no assertion.");

    public static readonly Rule Assertion = new(
        "client.assertion", "RFC 7523 §3",
        "A client assertion that the client's key signed: iss and sub its client_id, aud this issuer, not expired, used once.",
        "Compare the claims with the issuer in the metadata, and set the clock of the machine that signs: an assertion lives for minutes.");

    public static readonly Rule MayUse = new(
        "client.allowed", "RFC 6749 §5.2",
        "An endpoint and a grant type that the client is registered for.",
        "Ask for what the client is registered for, or have its registration changed.");

    public static readonly Rule Guessing = new(
        "client.guessing", "RFC 6819 §4.3.5",
        "Fewer than 20 wrong secrets a minute from one address.",
        "Stop trying with the old secret, wait a minute, then send the right one.");

    public static readonly Rule OneResource = new(
        "client.resource-account", "RFC 7662 §2.1",
        "The account of the resource it asks about.",
        "Use the account that the resource's page in the console names, with its secret, and the resource's exact identifier.");

    public static IReadOnlyList<Rule> All { get; } =
        [Known, Document, Authentication, Secret, SecretExpired, Method, Assertion, MayUse, Guessing, OneResource];
}

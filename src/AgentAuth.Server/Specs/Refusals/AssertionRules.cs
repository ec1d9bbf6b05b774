namespace AgentAuth.Server.Specs.Refusals;

/// <summary>What a client's assertion about itself must be: a rule for each way to get it wrong.</summary>
internal static class AssertionRules
{
    public static readonly Rule Header = new(
        "client.assertion-header", "RFC 7523 §3, RFC 7515 §4.1",
        "A client assertion whose alg is that of a public key, whose typ is JWT, client-authentication+jwt or left out, and that has no "
            + "crit and no b64.",
        "Sign with the client's own private key and name that key's algorithm. HS256 signs with a shared secret and is refused, as none "
            + "is.");

    public static readonly Rule Said = new(
        "client.assertion-claims", "RFC 7523 §3",
        "A client assertion with iss, sub, aud, exp and jti. iss and sub are both the client_id; exp, nbf and iat are numbers of seconds "
            + "since 1970.",
        "Add the claim that is missing. If client_id is sent beside the assertion, it must be the same one.");

    public static readonly Rule Audience = new(
        "client.assertion-audience", "RFC 7523 §3, RFC 9700 §2.5",
        "A client assertion whose aud is this issuer, alone, and spelt as in the metadata: not the token endpoint, not a list, without a "
            + "slash more.",
        "Set aud to the issuer that the metadata names, character for character.");

    public static readonly Rule Moment = new(
        "client.assertion-time", "RFC 7523 §3",
        "A client assertion of this moment: exp not over and at most 10 minutes away, nbf and iat not in the future. Clocks may be "
            + "30 seconds apart.",
        "Set the clock of the machine that signs by a time server (NTP), write the times in UTC, and sign a new assertion for each "
            + "request.");

    public static readonly Rule Once = new(
        "client.assertion-once", "RFC 7523 §3",
        "A client assertion that was not used before: each jti of a client is good once, at whichever node.",
        "Sign a new assertion with a new random jti for each request, also when a request is sent again.");

    public static readonly Rule Signature = new(
        "client.assertion-signature", "RFC 7523 §3, RFC 7515 §5.2",
        "A client assertion signed by one of the keys in the client's registered key set; if it names a kid, by that one, with that key's "
            + "algorithm.",
        "Compare the kid and the public key with the registered jwks or with what jwks_uri serves now. After a change of keys publish "
            + "the new one first, then sign with it.");

    public static IReadOnlyList<Rule> All { get; } = [Header, Said, Audience, Moment, Once, Signature];
}

namespace AgentAuth.Server.Specs.Refusals;

/// <summary>Whether a client may register itself, and what it must say of itself.</summary>
internal static class RegistrationRules
{
    public static readonly Rule On = new(
        "registration.on", "RFC 7591 §3",
        "A server where registering is turned on: this one's administrator has turned it off, and its metadata names no "
            + "registration_endpoint.",
        "Introduce the client by a client ID metadata document, or register it in the developer portal and give the client its client_id.");

    public static readonly Rule Token = new(
        "registration.token", "RFC 7591 §3, RFC 7592 §2",
        "Authorization: Bearer with the initial access token, or, for a registration that exists, with its newest "
            + "registration_access_token.",
        "Ask the administrator for an initial access token. To change a registration, send the token that the last answer about it gave: "
            + "each change gives a new one. Where the registration is gone, register again.");

    public static readonly Rule Often = new(
        "registration.rate", "RFC 7591 §5",
        "Fewer registrations in so short a time, from one network and from all.",
        "Wait as long as Retry-After says. Register once and keep the client_id; do not register anew with each connection.");

    public static readonly Rule Body = new(
        "registration.body", "RFC 7591 §3.1",
        "A POST or PUT with Content-Type: application/json and one JSON object in UTF-8, at most 16 KB, no member twice, "
            + "not deeply nested.",
        "Look at what the client's HTTP library sends: a form, a list, a comment in the JSON, a body that is too large.");

    public static readonly Rule Metadata = new(
        "registration.metadata", "RFC 7591 §2",
        "Client metadata whose members have the type and the bounds that this server keeps.",
        "Change the member that the refusal names. Members this server does not know are ignored and need not be taken out.");

    public static readonly Rule Redirect = new(
        "registration.redirect", "RFC 7591 §5, RFC 8252 §7",
        "redirect_uris that are each an https address, an http address of this computer (127.0.0.1, [::1] or localhost), or an app's own "
            + "scheme that its maker is known to own; without a fragment, a wildcard or a parameter of the answer.",
        "Change the address that is refused. The port of a loopback address is not compared, so none needs to be registered.");

    public static readonly Rule Same = new(
        "registration.same", "RFC 7592 §2.2",
        "The client_id of the registration that is changed, in the body too.",
        "Read the registration, change what is to be changed, and send all of it back.");

    public static IReadOnlyList<Rule> All { get; } = [On, Token, Often, Body, Metadata, Redirect, Same];
}

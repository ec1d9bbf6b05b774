namespace AgentAuth.Server.Specs.Refusals;

/// <summary>What every address keeps, a page's or an endpoint's, before anybody looks at what is asked there.</summary>
internal static class PageRules
{
    public static readonly Rule Known = new(
        "address.known", "RFC 9110 §15.5.5",
        "An address of this server, as it is spelled.",
        "Read the endpoints from the metadata instead of putting them together, and compare the path: capitals, a slash at its end, the "
            + "issuer's own path before it.");

    public static readonly Rule Length = new(
        "address.length", "RFC 9110 §15.5.15",
        "An address of at most 8,192 bytes.",
        "Look for the long parameter: keep what state stands for on your side and send a reference, or ask for fewer scopes.");

    public static readonly Rule Method = new(
        "method.known", "RFC 9110 §15.5.6",
        "A method that the address has: pages know GET and POST, the answer's Allow header lists others.",
        "Look at which method the client uses: a person is sent to the authorization endpoint by GET, tokens are asked for by POST.");

    public static readonly Rule Form = new(
        "page.form", "RFC 9700 §4.16",
        "A form that a page of this server made, as it made it, sent from that page by the same browser.",
        "Open the page again and send it from there. A program does not send people's forms: its endpoints are in the metadata.");

    public static readonly Rule Person = new(
        "page.signed-in", "RFC 9110 §15.5.2",
        "A person who is signed in.",
        "Sign in, then open the page again.");

    public static readonly Rule Role = new(
        "page.role", "RFC 9110 §15.5.4",
        "An account with the role that the page is for.",
        "Sign in with such an account, or ask an administrator of this server for the role.");

    public static readonly Rule Changed = new(
        "page.changed", "RFC 9110 §15.5.10",
        "What the page showed when it was opened: somebody changed it meanwhile.",
        "Open the page again, look at what it says now, and repeat what still fits.");

    public static readonly Rule Over = new(
        "page.over", "RFC 9110 §15.5.11",
        "A question that still waits for its answer.",
        "Start again from the app: each question is answered once, and waits for some minutes.");

    public static readonly Rule Size = new(
        "request.size", "RFC 9110 §15.5.14",
        "A body of at most 64 KB.",
        "Look at what is sent beside the parameters.");

    public static readonly Rule Often = new(
        "request.rate", "RFC 6585 §4",
        "Fewer requests of this kind in so short a time.",
        "Wait as long as Retry-After says, or a minute.");

    public static IReadOnlyList<Rule> All { get; } = [Known, Length, Method, Form, Person, Role, Changed, Over, Size, Often];

    /// <summary>For an answer that says nothing but its status.</summary>
    public static Rule Of(int status) => status switch
    {
        StatusCodes.Status400BadRequest => Form,
        StatusCodes.Status401Unauthorized => Person,
        StatusCodes.Status403Forbidden => Role,
        StatusCodes.Status404NotFound => Known,
        StatusCodes.Status405MethodNotAllowed => Method,
        StatusCodes.Status409Conflict => Changed,
        StatusCodes.Status410Gone => Over,
        StatusCodes.Status413PayloadTooLarge => Size,
        StatusCodes.Status414UriTooLong => Length,
        StatusCodes.Status429TooManyRequests => Often,
        StatusCodes.Status503ServiceUnavailable => RequestRules.Busy,
        >= StatusCodes.Status500InternalServerError => RequestRules.Failed,
        _ => RequestRules.Other,
    };
}

namespace AgentAuth.Server.Specs.Refusals;

/// <summary>How a request is written, whatever it asks for, and what stands in its way that is not its fault.</summary>
internal static class RequestRules
{
    public static readonly Rule Form = new(
        "request.form", "RFC 6749 §3.2",
        "A POST of application/x-www-form-urlencoded in UTF-8, parameters in the body, one Authorization header at most, "
            + "within the limits.",
        "Look at what the client's HTTP library sends: JSON, a query, a proxy's second header.");

    public static readonly Rule Once = new(
        "parameter.once", "RFC 6749 §3.1",
        "Each parameter once.",
        "Look for a parameter that is both in the address of the endpoint and added by the client.");

    public static readonly Rule Missing = new(
        "parameter.missing", "RFC 6749 §5.2",
        "A parameter that this request cannot do without.",
        "Send the parameter that is named.");

    public static readonly Rule Unsupported = new(
        "parameter.supported", "RFC 6749 §5.2",
        "Only parameters that this server keeps: what would change the answer is refused, never ignored.",
        "Leave the parameter out; the metadata lists what is supported.");

    public static readonly Rule Invalid = new(
        "parameter.valid", "RFC 6749 §5.2",
        "A parameter with a value of its kind.",
        "Compare the parameter that is named with the document that defines it.");

    public static readonly Rule Busy = new(
        "server.busy", "RFC 6749 §4.1.2.1",
        "Nothing else: the server could not answer at that moment.",
        "Wait as long as Retry-After says, then send the same again.");

    public static readonly Rule Failed = new(
        "server.failed", "RFC 6749 §4.1.2.1",
        "Nothing else: the fault is the server's.",
        "Tell the server's operator the error_id: the log has the cause.");

    /// <summary>Whatever has no words of its own yet.</summary>
    public static readonly Rule Other = new(
        "request.other", "RFC 6749 §5.2",
        "A request as the document defines it that the error name belongs to.",
        "Read what the answer said; if that does not help, tell the server's operator the error_id.");

    public static IReadOnlyList<Rule> All { get; } = [Form, Once, Missing, Unsupported, Invalid, Busy, Failed, Other];
}

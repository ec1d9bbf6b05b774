namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>Why an answer was not taken: a short name for the address, and what the page says.</summary>
internal static class AnswerProblem
{
    public const string Stranger = "not-signed-in";
    public const string State = "state";
    public const string Iss = "iss";
    public const string Again = "again";
    public const string Shape = "shape";
    public const string Meanwhile = "meanwhile";

    private const string Elsewhere = "elsewhere";
    private const string Over = "over";
    private const string None = "no-run";

    public static string Lost(Standing standing) => standing switch
    {
        Standing.Elsewhere => Elsewhere,
        Standing.Over => Over,
        _ => None,
    };

    public static string Words(string? why) => why switch
    {
        Stranger => "This answer is for a developer who is signed in here. Sign in, and begin a new run.",
        State => "The state is not the one that was sent: this answers another request, of an older run perhaps. It was not used.",
        Iss => "The answer does not name this server in iss, so it may come from another one (RFC 9207). It was not used.",
        Again => "This run has had its answer. A client takes one answer to each request.",
        Shape => "The answer has neither a code nor an error, or both. It was not used.",
        Meanwhile => "Another step of this run was taken at the same moment. Look at it, and begin anew if it does not go on.",
        Elsewhere => "The run that is open was begun in another browser, or before you signed in again. Begin a new one here.",
        Over => "The run was begun more than half an hour ago and is forgotten. Begin a new one.",
        _ => "No run waits for an answer here. Begin one.",
    };
}

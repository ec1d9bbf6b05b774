using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Failures;

/// <summary>What the error page says. Titles and advice are keys of the translated texts.</summary>
internal sealed record Told(int Status, string Title, string Advice)
{
    public string? Error { get; init; }

    public string? Description { get; init; }

    public string? ErrorId { get; init; }

    public static Told OfApp(int status, string error, string? description, string id) => OfApp(status, error) with
    {
        Error = error,
        Description = description,
        ErrorId = id,
    };

    private static Told OfApp(int status, string error) => error == OpenIddictConstants.Errors.InvalidClient
        ? new(status, "This app is not known here", "Its registration is gone, or what it says of itself cannot be read. "
            + "Nothing was shared with it. In the app, remove this connection and add it again. If that does not help, tell its maker "
            + "what stands below.")
        : new(status, "This app's request cannot be answered", "The app that sent you here asked in a way that is not safe to answer. "
            + "Nothing was shared with it. Tell its maker what stands below.");

    public static Told Of(Failure failure) => Of(failure.Status) with { ErrorId = failure.Id };

    /// <summary>Who is kept out of the portal can be let in by somebody, and reads by whom.</summary>
    public static Told OfPortal { get; } = new(StatusCodes.Status403Forbidden, "The developer portal is for developers",
        "You are signed in, but your account is no developer's yet. Ask an administrator of this server to make it one: in the console, "
        + "under People. Then sign in again.");

    public static Told Of(int status) => status switch
    {
        400 => new(status, "That request could not be understood", "If you sent a form, the page may have been open for too long. "
            + "Go back, reload it and try again."),
        401 => new(status, "You are not signed in any more", "Sign in, then do it again. Nothing was changed."),
        403 => new(status, "This is not yours to open", "Your account may not see this page."),
        404 => new(status, "There is nothing here", "The address may be mistyped, or what was here is gone."),
        405 => new(status, "That does not work here", "This address cannot be asked in this way."),
        409 => new(status, "Somebody was faster", "What you were looking at was changed at the same moment. Nothing of yours was done. "
            + "Go back, look again, and repeat it if it still fits."),
        410 => new(status, "This question is over", "It was answered already, it waited too long, or what it asks for is "
            + "no longer offered. Go back to the app and start again."),
        413 => new(status, "That is too large", "What was sent is larger than this server reads."),
        414 => new(status, "That address is too long", "What leads here is longer than this server reads. Go back and try again; if an app "
            + "sent you, tell its maker what stands below."),
        429 => new(status, "Too many tries", "Wait a minute, then try again."),
        503 => new(status, "Not right now", "The server cannot reach its data for the moment. Nothing was changed. Try again shortly."),
        >= 500 => new(status, "Something broke", "That was not your fault. Try again; if it stays, tell the administrator the error id."),
        _ => new(status, "That did not work", "Go back and try again."),
    };
}

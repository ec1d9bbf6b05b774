using AgentAuth.Server.Specs.Refusals;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AgentAuth.Server.Features.Failures;

/// <summary>
/// The one page for every refusal that cannot be sent back: it comes in place of an empty answer, with that answer's status. What an
/// app asked wrongly is shown in words and never as a link, because nobody has proved where the link would lead.
/// </summary>
[IgnoreAntiforgeryToken] // it also stands in for refused posts, and changes nothing
internal sealed partial class ErrorPage(ILogger<ErrorPage> logger) : PageModel
{
    public Told Told { get; private set; } = null!;

    /// <summary>Whatever the method of the request it answers for.</summary>
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is not { } refused)
        {
            context.Result = NotFound();
            return;
        }
        Told = Telling(refused.OriginalPath);
    }

    private Told Telling(PathString path)
    {
        if (HttpContext.Features.Get<Failure>() is { } failure)
        {
            return Told.Of(failure);
        }
        if (HttpContext.GetOpenIddictServerResponse() is { Error: { Length: > 0 } error } refusal)
        {
            var id = (string?)refusal[Explain.Parameter] ?? RefusalBook.NewId();
            RefusedApp(logger, id, error);
            return Told.OfApp(Response.StatusCode, error, refusal.ErrorDescription, id);
        }
        var isKeptOut = Response.StatusCode == StatusCodes.Status403Forbidden;
        var told = isKeptOut && path.StartsWithSegments("/developers", StringComparison.OrdinalIgnoreCase)
            ? Told.OfPortal
            : Told.Of(Response.StatusCode);
        return told with { ErrorId = HttpContext.Features.Get<Named>()?.ErrorId };
    }

    [LoggerMessage(1204, LogLevel.Information, "Refusal {ErrorId}: an app's request ended in {Error}.")]
    private static partial void RefusedApp(ILogger logger, string errorId, string error);
}

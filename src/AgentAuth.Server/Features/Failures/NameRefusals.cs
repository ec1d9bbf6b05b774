using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Diagnostics;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Failures;

/// <summary>What a bare answer is known by: the page that stands in its place shows it.</summary>
internal sealed record Named(string ErrorId);

/// <summary>
/// An answer that is a status and nothing else (a method nobody knows, an address that is none, a form of another time) gets its
/// <c>error_id</c> like every other refusal: for programs in JSON, for people on the error page.
/// </summary>
internal sealed partial class NameRefusals(RequestDelegate next, RefusalBook book, ILogger<NameRefusals> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (!IsBare(context) || context.Features.Get<IStatusCodeReExecuteFeature>() is not null)
        {
            return;
        }
        var status = context.Response.StatusCode;
        var rule = context.Features.Get<Rule>() ?? PageRules.Of(status);
        if (Machines.Ask(context.Request.Path))
        {
            await StrictForm.RefuseAsync(context, status, ErrorOf(status), rule.Expected, rule);
            return;
        }
        var id = book.Note(context, request: null, rule, ErrorOf(status), words: null);
        context.Features.Set(new Named(id));
        Refused(logger, id, status, rule.Name);
    }

    /// <summary>As the status code pages tell it, and nobody has said yet what it is about.</summary>
    private static bool IsBare(HttpContext context) =>
        context.Response is { HasStarted: false, StatusCode: >= 400 and < 600 and not StatusCodes.Status499ClientClosedRequest } answer
        && answer.ContentLength is null && string.IsNullOrEmpty(answer.ContentType)
        && context.Features.Get<Failure>() is null
        && context.GetOpenIddictServerResponse() is not { Error.Length: > 0 };

    private static string ErrorOf(int status) => status switch
    {
        StatusCodes.Status403Forbidden => OpenIddictConstants.Errors.AccessDenied,
        StatusCodes.Status429TooManyRequests => OpenIddictConstants.Errors.SlowDown,
        StatusCodes.Status503ServiceUnavailable => OpenIddictConstants.Errors.TemporarilyUnavailable,
        >= StatusCodes.Status500InternalServerError => OpenIddictConstants.Errors.ServerError,
        _ => OpenIddictConstants.Errors.InvalidRequest,
    };

    /// <summary>Without the address: a link that is a key may be in it.</summary>
    [LoggerMessage(1205, LogLevel.Information, "Refusal {ErrorId}: a page answered {Status} ({Rule}).")]
    private static partial void Refused(ILogger logger, string errorId, int status, string rule);
}

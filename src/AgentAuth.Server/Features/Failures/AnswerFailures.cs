using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Specs.Refusals;

namespace AgentAuth.Server.Features.Failures;

/// <summary>
/// The last resort: whatever is thrown is logged once, with an identifier, and answered without a word about the inside. Programs get
/// OAuth's JSON (RFC 6749 §5.2), people the error page, which the status code pages around this show.
/// </summary>
internal sealed partial class AnswerFailures(RequestDelegate next, RefusalBook book, ILogger<AnswerFailures> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException given) when (IsTooLate(context))
        {
            await AnswerAsync(context, new TimeoutException("The request was given up: it took too long.", given));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, exception);
        }
    }

    private static bool IsTooLate(HttpContext context) =>
        context.Features.Get<Deadline>() is { HasPassed: true } && !context.Response.HasStarted;

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        var isPageBroken = context.Features.Get<Failure>() is not null;
        var failure = Failure.Of(exception);
        if (context.Features.Get<Deadline>() is { } deadline && (failure.IsPassing || deadline.HasPassed))
        {
            deadline.Lift(); // the answer is written, however late it is
        }
        Log(failure, exception, context);
        book.Note(context, request: null, failure.Rule, failure.Error, failure.Description, failure.Id);
        context.Features.Set(failure);
        context.Response.Clear();
        context.Response.StatusCode = failure.Status;
        if (failure.IsPassing)
        {
            context.Response.Headers.RetryAfter = Failure.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }
        if (Machines.Ask(context.Request.Path))
        {
            await WriteJsonAsync(context, failure);
        }
        else if (isPageBroken)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync($"{failure.Description} ({failure.Id})", context.RequestAborted);
        }
    }

    private static Task WriteJsonAsync(HttpContext context, Failure failure)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var body = new { error = failure.Error, error_description = failure.Description, error_id = failure.Id };
        return context.Response.WriteAsync(JsonSerializer.Serialize(body), context.RequestAborted);
    }

    private void Log(Failure failure, Exception exception, HttpContext context)
    {
        var method = context.Request.Method;
        var path = UrlEncoder.Default.Encode(context.Request.Path.Value ?? ""); // one line, whatever was asked for
        if (failure.IsOurs)
        {
            Failed(logger, exception, failure.Id, method, path);
        }
        else if (failure.IsPassing)
        {
            DatabaseAway(logger, failure.Id, method, path, exception.GetBaseException().Message);
        }
        else
        {
            Unreadable(logger, failure.Id, failure.Status, path);
        }
    }

    [LoggerMessage(1201, LogLevel.Error, "Failure {ErrorId}: {Method} {Path} could not be answered.")]
    private static partial void Failed(ILogger logger, Exception exception, string errorId, string method, string path);

    [LoggerMessage(1202, LogLevel.Error, "Failure {ErrorId}: the database did not answer {Method} {Path}: {Reason}")]
    private static partial void DatabaseAway(ILogger logger, string errorId, string method, string path, string reason);

    [LoggerMessage(1203, LogLevel.Information, "Failure {ErrorId}: an unreadable request to {Path} got {Status}.")]
    private static partial void Unreadable(ILogger logger, string errorId, int status, string path);
}

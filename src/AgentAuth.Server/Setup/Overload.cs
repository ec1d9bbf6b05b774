using System.Globalization;
using System.Threading.RateLimiting;
using AgentAuth.Server.Features.Developers.TryIt;
using AgentAuth.Server.Features.Failures;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Refusals;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Setup;

/// <summary>
/// Lets in as many requests as can be worked on at once, and a bounded queue behind them; sends the others away with 503 and
/// <c>Retry-After</c> before anything was done for them, so that those let in are answered as fast as ever. Health and metadata always come
/// in. No request is worked on longer than its deadline.
/// </summary>
internal sealed partial class Overload(
    RequestDelegate next, IOptions<LoadLimits> limits, RefusalBook book, ILogger<Overload> logger) : IDisposable
{
    private const string SignIn = "/sign-in";
    private const string Admin = "/admin";

    private static readonly string[] AlwaysIn = ["/health", "/.well-known"];

    private static readonly string RetryAfter = Failure.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);

    private readonly LoadLimits _limits = limits.Value;
    private readonly ConcurrencyLimiter _requests = Limiter(limits.Value.AtOnce, limits.Value.Waiting);
    private readonly ConcurrencyLimiter _signIns = Limiter(limits.Value.SignInsAtOnce, limits.Value.SignInsWaiting);
    private readonly ConcurrencyLimiter _streams = Limiter(limits.Value.Streams, waiting: 0);
    private long _lastTold = -1;

    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        // What a page asks for is part of a request that was let in: two places for one could leave all waiting for each other.
        if (context.Features.Get<OwnPipeline.Inner>() is not null
            || Array.Exists(AlwaysIn, p => path.StartsWithSegments(p, StringComparison.Ordinal)))
        {
            await next(context);
            return;
        }
        var isStream = path.StartsWithSegments(Endpoints.RevocationEvents, StringComparison.OrdinalIgnoreCase);
        var isSignIn = HttpMethods.IsPost(context.Request.Method) && path.StartsWithSegments(SignIn, StringComparison.OrdinalIgnoreCase);
        var limiter = isStream ? _streams : isSignIn ? _signIns : _requests;
        using var lease = await EnterAsync(limiter, context.RequestAborted);
        if (lease is null)
        {
            Tell();
            await SendAwayAsync(context, "The server has more to do than it can. Try again shortly.");
            return;
        }
        await (isStream || path.StartsWithSegments(Admin, StringComparison.OrdinalIgnoreCase) ? next(context) : InTimeAsync(context));
    }

    public void Dispose()
    {
        _requests.Dispose();
        _signIns.Dispose();
        _streams.Dispose();
    }

    private static ConcurrencyLimiter Limiter(int atOnce, int waiting) => new(new()
    {
        PermitLimit = atOnce,
        QueueLimit = waiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Costs nothing while there is room. Null: there is none, nor a place in the queue, or the wait became too long.</summary>
    private ValueTask<RateLimitLease?> EnterAsync(ConcurrencyLimiter limiter, CancellationToken aborted) =>
        limiter.AttemptAcquire() is { IsAcquired: true } lease ? new(lease) : new(WaitAsync(limiter, aborted));

    private async Task<RateLimitLease?> WaitAsync(ConcurrencyLimiter limiter, CancellationToken aborted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        patience.CancelAfter(_limits.LongestWait);
        try
        {
            return await limiter.AcquireAsync(1, patience.Token) is { IsAcquired: true } lease ? lease : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task InTimeAsync(HttpContext context)
    {
        using var deadline = new Deadline(context, _limits.LongestRequest);
        try
        {
            if (ThreadPool.PendingWorkItemCount > _limits.AtOnce)
            {
                // What never waits in the middle, as on SQLite, would be done one by one, and the crowd behind it, waiting for a thread,
                // would not be seen.
                await Task.Yield();
                if (context.RequestAborted.IsCancellationRequested && !deadline.HasPassed)
                {
                    return; // the caller has left
                }
                context.RequestAborted.ThrowIfCancellationRequested();
            }
            await next(context);
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !context.Response.HasStarted)
        {
            deadline.Lift();
            await SendAwayAsync(context, "The server could not answer in time. Try again shortly.");
        }
    }

    /// <summary>Without the pages' machinery: it would cost more than many a request that is let in.</summary>
    private Task SendAwayAsync(HttpContext context, string words)
    {
        const string error = OpenIddictConstants.Errors.TemporarilyUnavailable;
        var id = book.Note(context, request: null, RequestRules.Busy, error, words);
        var response = context.Response;
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = RetryAfter;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        if (Machines.Ask(context.Request.Path))
        {
            response.ContentType = "application/json; charset=utf-8";
            return response.WriteAsync(
                $$"""{"error":"{{error}}","error_description":"{{words}}","error_id":"{{id}}"}""",
                context.RequestAborted);
        }
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync(
            $"""
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Not right now</title>
            <main><h1>Not right now</h1><p>{words}</p><p lang="zh-Hant">伺服器目前太忙，請稍後再試。</p><p>error_id: <code>{id}</code></p></main></html>
            """,
            context.RequestAborted);
    }

    /// <summary>Once a second at most: a line for each would be one more thing to do.</summary>
    private void Tell()
    {
        var now = Environment.TickCount64 / 1_000;
        if (Interlocked.Exchange(ref _lastTold, now) != now)
        {
            Overloaded(logger, _limits.AtOnce);
        }
    }

    [LoggerMessage(1302, LogLevel.Warning, "More requests than can be worked on ({AtOnce} at once); the others are told to come back.")]
    private static partial void Overloaded(ILogger logger, int atOnce);
}

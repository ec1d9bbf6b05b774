using System.Collections.Frozen;
using System.Diagnostics;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Specs;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http.Features;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Setup;

/// <summary>
/// Stands around the protocol's endpoints and sees how each request ended: one log line for a refusal, and measures and a step of the
/// trace when somebody asked for them. What it says is from our own short lists, never a word of the request.
/// </summary>
internal sealed partial class WatchEndpoints(RequestDelegate next, ILogger<WatchEndpoints> logger)
{
    private const string Token = "token";
    private const string EventStream = "revocations";

    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [Endpoints.Token] = Token,
        [Endpoints.Authorize] = "authorize",
        [Endpoints.Introspect] = "introspect",
        [Endpoints.Revoke] = "revoke",
        [Endpoints.Register] = "register",
        [Endpoints.UserInfo] = "userinfo",
        [Endpoints.EndSession] = "logout",
        [Endpoints.RevocationEvents] = EventStream,
        [Endpoints.Usage] = "usage",
        [Endpoints.Budgets] = "budgets",
        [Endpoints.Backchannel] = "backchannel",
        [Endpoints.Jwks] = "jwks",
        [Endpoints.OAuthMetadata] = "metadata",
        [Endpoints.OpenIdMetadata] = "metadata",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public async Task InvokeAsync(HttpContext http)
    {
        if (NameOf(http.Request.Path) is not { } endpoint)
        {
            await next(http);
            return;
        }
        var isMeasured = Telemetry.IsOn;
        var begun = isMeasured ? Stopwatch.GetTimestamp() : 0;
        if (isMeasured && endpoint == EventStream && http.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
        {
            metrics.MetricsDisabled = true; // it stays open for hours, and would be the slowest request of them all
        }
        using var step = isMeasured && endpoint != EventStream ? Telemetry.Step(endpoint) : null;
        await next(http);
        var error = ErrorOf(http);
        if (error is not null)
        {
            Refused(logger, endpoint, GrantTypeOf(http, endpoint), error);
        }
        if (isMeasured)
        {
            Measure(http, endpoint, error, Stopwatch.GetElapsedTime(begun), step);
        }
    }

    internal static string? NameOf(PathString path)
    {
        var asked = path.Value;
        return string.IsNullOrEmpty(asked) ? null : Names.GetValueOrDefault(asked[^1] == '/' ? asked[..^1] : asked);
    }

    private static void Measure(HttpContext http, string endpoint, string? error, TimeSpan took, Activity? step)
    {
        var grantType = GrantTypeOf(http, endpoint);
        if (endpoint == Token)
        {
            Telemetry.TokenAnswered(grantType!, error, took);
            step?.SetTag("agentauth.grant_type", grantType);
        }
        else if (endpoint != EventStream)
        {
            Telemetry.Answered(endpoint, error, took);
        }
        if (error is not null)
        {
            Telemetry.Refused(endpoint, error);
            step?.SetTag("error.type", error);
        }
    }

    /// <summary>
    /// The OAuth error name: what the protocol answered, or, for what was refused before it saw the request, what the status stands for.
    /// </summary>
    private static string? ErrorOf(HttpContext http) =>
        http.GetOpenIddictServerResponse()?.Error is { Length: > 0 } error ? error : http.Response.StatusCode switch
        {
            < StatusCodes.Status400BadRequest => null,
            StatusCodes.Status401Unauthorized => Errors.InvalidClient,
            StatusCodes.Status403Forbidden => Errors.AccessDenied,
            StatusCodes.Status429TooManyRequests => Errors.SlowDown,
            StatusCodes.Status503ServiceUnavailable => Errors.TemporarilyUnavailable,
            >= StatusCodes.Status500InternalServerError => Errors.ServerError,
            StatusCodes.Status499ClientClosedRequest => "client_left",
            _ => Errors.InvalidRequest,
        };

    /// <summary>One of those there are: a client may write anything there. The form was read by then, whoever answered.</summary>
    private static string? GrantTypeOf(HttpContext http, string endpoint) =>
        endpoint != Token ? null : http.Features.Get<IFormFeature>()?.Form?[Parameters.GrantType].ToString() switch
        {
            GrantTypes.AuthorizationCode => GrantTypes.AuthorizationCode,
            GrantTypes.RefreshToken => GrantTypes.RefreshToken,
            GrantTypes.ClientCredentials => GrantTypes.ClientCredentials,
            _ => "other",
        };

    [LoggerMessage(1301, LogLevel.Information, "Refused at {Endpoint} {GrantType}: {Error}.")]
    private static partial void Refused(ILogger logger, string endpoint, string? grantType, string error);
}

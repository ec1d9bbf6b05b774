using AgentAuth.Server.Specs.Rfc6749Framework;
using Microsoft.Extensions.Caching.Memory;

namespace AgentAuth.Server.Specs.Rfc9700SecurityBcp;

/// <summary>
/// Whoever tries one secret after another for a client is slowed down (RFC 6819 §4.3.5), by client and address together: the client itself,
/// coming from elsewhere, is never locked out by somebody's guessing.
/// </summary>
internal sealed class SecretThrottle(RequestDelegate next, Issuer issuer, TimeProvider clock) : IDisposable
{
    public const int Tries = 20;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private const int MaxRemembered = 10_000;

    private readonly MemoryCache _failures = new(new MemoryCacheOptions { SizeLimit = MaxRemembered, Clock = new CacheClock(clock) });

    public async Task InvokeAsync(HttpContext http)
    {
        if (!AsksForSecret(http.Request.Path) || await KeyAsync(http) is not { } key)
        {
            await next(http);
            return;
        }
        if (_failures.TryGetValue<Failures>(key, out var before) && before!.Count >= Tries)
        {
            http.Response.Headers.RetryAfter = ((int)Window.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
            await StrictForm.RefuseAsync(http, StatusCodes.Status429TooManyRequests, "slow_down", "Too many wrong secrets. Wait a minute.");
            return;
        }
        await next(http);
        if (http.Response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            var failures = _failures.GetOrCreate(key, entry =>
            {
                entry.Size = 1;
                entry.AbsoluteExpirationRelativeToNow = Window;
                return new Failures();
            });
            failures!.Add();
        }
    }

    public void Dispose() => _failures.Dispose();

    private bool AsksForSecret(PathString path) =>
        StrictForm.IsClientEndpoint(issuer, path) || StrictForm.Is(issuer, path, Endpoints.RevocationEvents);

    private static async Task<string?> KeyAsync(HttpContext http)
    {
        // What is longer is nobody's, and would only fill the memory.
        if (await ClientIdAsync(http) is not { Length: > 0 and <= Model.Client.MaxClientIdLength } client)
        {
            return null;
        }
        // The event stream is opened again and again by itself: with an old secret it must not use up what introspection has.
        var isStream = http.Request.Path.Value?.Contains(Endpoints.RevocationEvents, StringComparison.OrdinalIgnoreCase) == true;
        return $"{(isStream ? "events " : "")}{http.Connection.RemoteIpAddress} {client}";
    }

    private static async Task<string?> ClientIdAsync(HttpContext http)
    {
        if (BasicCredentials.ClientId(http.Request.Headers.Authorization) is { } named)
        {
            return named;
        }
        return http.Request.HasFormContentType ? (string?)(await http.Request.ReadFormAsync(http.RequestAborted))["client_id"] : null;
    }

    private sealed class Failures
    {
        private int _count;

        public int Count => _count;

        public void Add() => Interlocked.Increment(ref _count);
    }

    private sealed class CacheClock(TimeProvider clock) : Microsoft.Extensions.Internal.ISystemClock
    {
        public DateTimeOffset UtcNow => clock.GetUtcNow();
    }
}

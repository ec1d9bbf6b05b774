using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;

namespace AgentAuth.Server.Specs.Rfc9700SecurityBcp;

/// <summary>
/// Whoever tries one secret after another for a client is slowed down (RFC 6819 §4.3.5), by client and address together: the client
/// itself, coming from elsewhere, is never locked out by somebody's guessing. What failed here the other nodes hear of.
/// </summary>
internal sealed class SecretThrottle(RequestDelegate next, Issuer issuer, FailureBooks books)
{
    public const int Tries = 20;

    public static readonly TimeSpan Window = FailureBooks.Window;

    private static readonly string[] ByThemselves = [Endpoints.RevocationEvents, Endpoints.Usage];

    private readonly FailureBook _book = books[FailureKind.Secret];

    public async Task InvokeAsync(HttpContext http)
    {
        if (!AsksForSecret(http.Request.Path))
        {
            await next(http);
            return;
        }
        // While nobody guesses, nothing is read for it.
        if (!_book.IsEmpty && await KeyAsync(http) is { } known && _book.Of(known).WaitFor(Tries, Window, _book.Now) > TimeSpan.Zero)
        {
            http.Response.Headers.RetryAfter = ((int)Window.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
            await StrictForm.RefuseAsync(
                http, StatusCodes.Status429TooManyRequests, "slow_down", "Too many wrong secrets. Wait a minute.", ClientRules.Guessing);
            return;
        }
        await next(http);
        if (http.Response.StatusCode == StatusCodes.Status401Unauthorized && await KeyAsync(http) is { } key)
        {
            _book.Count(key);
            books.Tell(FailureKind.Secret, key);
        }
    }

    private bool AsksForSecret(PathString path) =>
        StrictForm.IsClientEndpoint(issuer, path) || StrictForm.Is(issuer, path, Endpoints.RevocationEvents)
        || StrictForm.Is(issuer, path, Endpoints.Usage);

    private static async Task<string?> KeyAsync(HttpContext http)
    {
        // What is longer is nobody's, and would only fill the memory.
        if (await ClientIdAsync(http) is not { Length: > 0 and <= Client.MaxClientIdLength } client)
        {
            return null;
        }
        // What comes again and again by itself must not, with an old secret, use up what introspection has.
        var isByItself = Array.Exists(
            ByThemselves, e => http.Request.Path.Value?.Contains(e, StringComparison.OrdinalIgnoreCase) == true);
        return FailureBooks.KeyOf($"{(isByItself ? "events " : "")}{http.Connection.RemoteIpAddress} {client}");
    }

    private static async Task<string?> ClientIdAsync(HttpContext http)
    {
        if (BasicCredentials.ClientId(http.Request.Headers.Authorization) is { } named)
        {
            return named;
        }
        return http.Request.HasFormContentType ? (string?)(await http.Request.ReadFormAsync(http.RequestAborted))["client_id"] : null;
    }
}

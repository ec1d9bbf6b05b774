using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Net.ServerSentEvents;
using System.Text;
using System.Threading.Channels;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// <c>GET revocation_events_endpoint?resource=…</c> with the resource's own account by HTTP Basic: server-sent events. First a
/// <c>snapshot</c> of everything that is dead but not yet expired, then a <c>revoked</c> as each thing dies, and a <c>ping</c> every
/// second so that
/// silence means a broken line. Errors: 401 <c>invalid_client</c>, 403 <c>access_denied</c> when the account is not that resource's.
/// </summary>
internal sealed class RevocationEvents(AgentAuthDb db, IOpenIddictApplicationManager clients, RevocationFeed feed, TimeProvider clock)
{
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(1);

    public async Task<IResult> HandleAsync(HttpContext http, string? resource)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await AccountAsync(http.Request.Headers.Authorization, http.RequestAborted) is not { } account)
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"revocations\"";
            return Refuse(OpenIddictConstants.Errors.InvalidClient, StatusCodes.Status401Unauthorized);
        }
        var name = ResourceIdentifier.Canonical(resource);
        if (!await db.Resources.AnyAsync(r => r.Identifier == name && r.AccountClientId == account.ClientId, http.RequestAborted))
        {
            return Refuse(OpenIddictConstants.Errors.AccessDenied, StatusCodes.Status403Forbidden);
        }
        http.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy that collects the stream would delay every removal
        return TypedResults.ServerSentEvents(StreamAsync(http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> StreamAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var channel = feed.Listen();
        try
        {
            var standing = await feed.StandingAsync(stop);
            yield return new($"{{\"revoked\":[{string.Join(',', standing.Select(Json))}]}}", "snapshot");
            while (!stop.IsCancellationRequested)
            {
                if (await NextAsync(channel, stop) is { } revocation)
                {
                    yield return new(Json(revocation), "revoked");
                }
                else
                {
                    yield return new("{}", "ping");
                }
            }
        }
        finally
        {
            feed.Leave(channel);
        }
    }

    private async Task<Revocation?> NextAsync(Channel<Revocation> channel, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var timer = clock.CreateTimer(
            static p => ((CancellationTokenSource)p!).Cancel(), patience, Ping, Timeout.InfiniteTimeSpan);
        try
        {
            return await channel.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private static string Json(Revocation revocation)
    {
        var value = System.Text.Json.JsonSerializer.Serialize(revocation.Value);
        var exp = revocation.ForgetAt.ToUnixTimeSeconds();
        return revocation.Kind switch
        {
            RevocationKind.Grant => $"{{\"gid\":{value},\"exp\":{exp}}}",
            RevocationKind.Token => $"{{\"jti\":{value},\"exp\":{exp}}}",
            _ => string.Create(CultureInfo.InvariantCulture,
                $"{{\"client_id\":{value},\"before\":{revocation.At.ToUnixTimeSeconds()},\"exp\":{exp}}}"),
        };
    }

    private async Task<Client?> AccountAsync(string? authorization, CancellationToken stop)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || header.Parameter is not { Length: > 0 and < 2_000 })
        {
            return null;
        }
        var decoded = new byte[header.Parameter.Length];
        if (!Convert.TryFromBase64String(header.Parameter, decoded, out var length))
        {
            return null;
        }
        var pair = Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2);
        if (pair is not [{ Length: > 0 } id, { Length: > 0 } secret])
        {
            return null;
        }
        // RFC 6749 §2.3.1: both halves are form-encoded.
        var client = await clients.FindByClientIdAsync(Uri.UnescapeDataString(id), stop) as Client;
        return client?.ClientSecret is not null && await clients.ValidateClientSecretAsync(client, Uri.UnescapeDataString(secret), stop)
            ? client
            : null;
    }

    private static IResult Refuse(string error, int status) =>
        Results.Json(new Dictionary<string, string>(StringComparer.Ordinal) { ["error"] = error }, statusCode: status);
}

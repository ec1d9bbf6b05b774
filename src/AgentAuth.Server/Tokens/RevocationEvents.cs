using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Net.ServerSentEvents;
using System.Text;
using System.Threading.Channels;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// <c>GET revocation_events_endpoint?resource=…</c> with the resource's own account by HTTP Basic: server-sent events. First a
/// <c>snapshot</c> of everything that is dead but not yet expired, then a <c>revoked</c> as each thing dies, <c>keys</c> with the
/// <c>kids</c> that still sign as soon as they are known to be others, and a <c>ping</c> every second so that silence means a broken line.
/// It ends when the server stops, and within <see cref="Recheck"/> of the account's end. Errors: 401 <c>invalid_client</c>, 403
/// <c>access_denied</c> when the account is not that resource's.
/// </summary>
internal sealed class RevocationEvents(
    AgentAuthDb db, IOpenIddictApplicationManager clients, RevocationFeed feed, KeyRing keys, RefusalBook refusals,
    IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>How long a line may be followed with a secret that was renewed, or by an account that was blocked.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(1);

    public async Task<IResult> HandleAsync(HttpContext http, string? resource)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await AccountAsync(http.Request.Headers.Authorization, http.RequestAborted) is not { } account)
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"revocations\"";
            return Refuse(http, ClientRules.Authentication, OpenIddictConstants.Errors.InvalidClient, StatusCodes.Status401Unauthorized);
        }
        var name = ResourceIdentifier.Canonical(resource);
        if (name is null || !await IsStillAsync(account, name, http.RequestAborted))
        {
            return Refuse(http, ClientRules.OneResource, OpenIddictConstants.Errors.AccessDenied, StatusCodes.Status403Forbidden);
        }
        http.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy that collects the stream would delay every removal
        return TypedResults.ServerSentEvents(StreamAsync(account, name, http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> StreamAsync(
        Client account, string resource, [EnumeratorCancellation] CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        var stop = either.Token;
        var channel = feed.Listen();
        try
        {
            var (toldKeys, checkedAt) = ("", clock.GetTimestamp());
            var standing = await feed.StandingAsync(stop);
            yield return new($"{{\"revoked\":[{string.Join(',', standing.Select(Json))}]}}", "snapshot");
            while (!stop.IsCancellationRequested)
            {
                if (Kids() is var kids && kids != toldKeys)
                {
                    toldKeys = kids;
                    yield return new(kids, "keys");
                }
                if (clock.GetElapsedTime(checkedAt) >= Recheck)
                {
                    checkedAt = clock.GetTimestamp();
                    if (await IsOverAsync(account, resource, stop))
                    {
                        yield break;
                    }
                }
                if (await NextAsync(channel, stop) is { } revocation)
                {
                    yield return new(Json(revocation), "revoked");
                }
                else if (!stop.IsCancellationRequested)
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
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Whether it is this resource's account, not blocked, with the secret it proved itself with.</summary>
    private Task<bool> IsStillAsync(Client account, string resource, CancellationToken stop) => db.Clients.AnyAsync(
        c => c.Id == account.Id && c.BlockedAt == null && c.ClientSecret == account.ClientSecret
            && db.Resources.Any(r => r.Identifier == resource && r.AccountClientId == c.ClientId), stop);

    /// <summary>A database that is away for a moment says nothing about the account; the next look does.</summary>
    private async Task<bool> IsOverAsync(Client account, string resource, CancellationToken stop)
    {
        try
        {
            return !await IsStillAsync(account, resource, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception failure) when (PassingFault.Is(failure))
        {
            return false;
        }
    }

    private string Kids() =>
        $"{{\"kids\":{System.Text.Json.JsonSerializer.Serialize(keys.PublishedKeyIds.Order(StringComparer.Ordinal))}}}";

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

    private IResult Refuse(HttpContext http, Rule rule, string error, int status) => Results.Json(
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["error"] = error,
            [Explain.Parameter] = refusals.Note(http, request: null, rule, error, words: null),
        },
        statusCode: status);
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Net.ServerSentEvents;
using System.Threading.Channels;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.Extensions.Primitives;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// <c>GET revocation_events_endpoint?resource=…</c> with the resource's own account by HTTP Basic: server-sent events. First a
/// <c>snapshot</c> of everything that is dead but not yet expired, then a <c>revoked</c> as each thing dies or is good for other
/// scopes (<c>gid</c> with <c>scope</c>; none is a pause; the newest counts) or held to other limits (<c>gid</c> with
/// <c>authorization_details</c>; the newest counts), <c>keys</c> with the
/// <c>kids</c> that still sign as soon as they are known to be others, and a <c>ping</c> every second so that silence means a broken line.
/// It ends when the server stops, and within <see cref="Recheck"/> of the account's end. Errors: 401 <c>invalid_client</c>, 403
/// <c>access_denied</c> when the account is not that resource's.
/// </summary>
internal sealed class RevocationEvents(
    ResourceAccounts accounts, RevocationFeed feed, KeyRing keys, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>How long a line may be followed with a secret that was renewed, or by an account that was blocked.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(1);

    public async Task<IResult> HandleAsync(HttpContext http, string? resource)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await accounts.ProvedAsync(http) is not { } account)
        {
            return accounts.RefuseUnproved(http, "revocations");
        }
        var name = ResourceIdentifier.Canonical(resource);
        if (name is null || !await accounts.IsOfAsync(account, name, http.RequestAborted))
        {
            return accounts.RefuseForeign(http);
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
            while (!stop.IsCancellationRequested && !channel.Reader.Completion.IsCompleted) // completed: it fell too far behind
            {
                var keyNews = keys.GetChangeToken(); // before they are read: whatever changes from then on wakes the wait below
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
                if (await NextAsync(channel, keyNews, stop) is { } revocation)
                {
                    yield return new(Json(revocation), "revoked");
                }
                else if (!stop.IsCancellationRequested && !channel.Reader.Completion.IsCompleted)
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

    private async Task<Revocation?> NextAsync(Channel<Revocation> channel, IChangeToken keyNews, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var woken = keyNews.RegisterChangeCallback(static p => ((CancellationTokenSource)p!).Cancel(), patience);
        await using var timer = clock.CreateTimer(
            static p => ((CancellationTokenSource)p!).Cancel(), patience, Ping, Timeout.InfiniteTimeSpan);
        try
        {
            return await channel.Reader.ReadAsync(patience.Token);
        }
        catch (Exception nothing) when (nothing is OperationCanceledException or ChannelClosedException)
        {
            return null;
        }
    }

    /// <summary>A database that is away for a moment says nothing about the account; the next look does.</summary>
    private async Task<bool> IsOverAsync(Client account, string resource, CancellationToken stop)
    {
        try
        {
            return !await accounts.IsOfAsync(account, resource, stop);
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
            RevocationKind.Scopes =>
                $"{{\"gid\":{value},\"scope\":{System.Text.Json.JsonSerializer.Serialize(revocation.Scopes ?? "")},\"exp\":{exp}}}",
            RevocationKind.Limits => $"{{\"gid\":{value},\"authorization_details\":{revocation.Scopes ?? "[]"},\"exp\":{exp}}}",
            RevocationKind.Token => $"{{\"jti\":{value},\"exp\":{exp}}}",
            _ => string.Create(CultureInfo.InvariantCulture,
                $"{{\"client_id\":{value},\"before\":{revocation.At.ToUnixTimeSeconds()},\"exp\":{exp}}}"),
        };
    }
}

using System.Net;
using System.Net.ServerSentEvents;
using System.Security.Cryptography;
using System.Text.Json;
using AgentAuth.ResourceServer.Rfc8414Metadata;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentAuth.ResourceServer.Revocation;

/// <summary>
/// Keeps one event stream open per resource and fills its list from it. A lost stream is opened again after a moment that grows from 100 ms
/// to 2 s (15 s when we are refused); its first event is a snapshot of everything, so nothing that happened in between is missed.
/// </summary>
internal sealed partial class RevocationStream(
    ProtectedResources resources,
    IHttpClientFactory http,
    TimeProvider clock,
    ILogger<RevocationStream> logger) : BackgroundService
{
    private const int ShortestWait = 100;
    private const int LongestWait = 2000;

    // An account that is wrong does not become right by asking faster, and the server slows down who tries.
    private const int LongestWaitWhenRefused = 15_000;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(3);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(resources.All.Where(resource => resource.HearsOfRevocations).Select(resource => FollowAsync(resource, stoppingToken)));

    private async Task FollowAsync(ProtectedResource resource, CancellationToken stopping)
    {
        var wait = ShortestWait;
        while (!stopping.IsCancellationRequested)
        {
            var heard = await ListenSafelyAsync(resource, stopping);
            wait = heard.HasSnapshot ? ShortestWait : Math.Min(wait * 2, heard.IsRefused ? LongestWaitWhenRefused : LongestWait);

            // Half of the wait is chance: resources that lost the same server must not all come back in the same instant.
            var pause = TimeSpan.FromMilliseconds((wait / 2) + RandomNumberGenerator.GetInt32((wait / 2) + 1));
            await Task.Delay(pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Progress> ListenSafelyAsync(ProtectedResource resource, CancellationToken stopping)
    {
        using var silence = new CancellationTokenSource(LongestSilence, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stopping);
        var heard = new Progress();
        try
        {
            await ListenAsync(resource, heard, silence, either.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            if (!stopping.IsCancellationRequested)
            {
                Broken(logger, resource.Options.Resource, exception.GetType().Name);
            }
        }

        return heard;
    }

    private async Task ListenAsync(
        ProtectedResource resource,
        Progress heard,
        CancellationTokenSource silence,
        CancellationToken cancellationToken)
    {
        if ((await resource.Server.CurrentAsync(cancellationToken))?.RevocationEventsEndpoint is not { } endpoint)
        {
            NoEndpoint(logger, resource.Options.Resource);
            return;
        }

        using var client = http.CreateClient(AuthorizationServer.HttpClientName);
        using var request = RequestFor(resource.Options, endpoint);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            heard.IsRefused = response.StatusCode
                is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests;
            Refused(logger, resource.Options.Resource, (int)response.StatusCode);
            return;
        }

        var events = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            if (!Take(resource, heard, item))
            {
                return;
            }

            silence.CancelAfter(LongestSilence);
        }
    }

    private static HttpRequestMessage RequestFor(AgentAuthOptions options, Uri endpoint)
    {
        var separator = endpoint.Query.Length == 0 ? '?' : '&';
        var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri($"{endpoint.AbsoluteUri}{separator}resource={Uri.EscapeDataString(options.Resource)}"));
        request.Headers.Authorization = ServerAccount.HeaderFor(options);
        request.Headers.Accept.ParseAdd("text/event-stream");
        return request;
    }

    /// <summary>False when the stream is no longer to be believed.</summary>
    private bool Take(ProtectedResource resource, Progress heard, SseItem<string> item)
    {
        // Before the snapshot a ping proves only that somebody is alive, not that we know anything.
        if (item.EventType != "snapshot" && !heard.HasSnapshot)
        {
            return true;
        }

        if (!TakeData(resource, item))
        {
            resource.Revocations.Lost();
            Unusable(logger, resource.Options.Resource, item.EventType);
            return false;
        }

        if (!heard.HasSnapshot)
        {
            heard.HasSnapshot = true;
            Connected(logger, resource.Options.Resource);
        }

        resource.Revocations.Heard();
        return true;
    }

    private static bool TakeData(ProtectedResource resource, SseItem<string> item)
    {
        if (item.EventType is not ("snapshot" or "revoked" or "keys"))
        {
            return true;
        }

        try
        {
            using var data = JsonDocument.Parse(item.Data);
            return item.EventType switch
            {
                "revoked" => TakeEntry(resource.Revocations, data.RootElement),
                "keys" => TakeKeys(resource.Server, data.RootElement),
                _ => TakeSnapshot(resource.Revocations, data.RootElement),
            };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TakeKeys(AuthorizationServer server, JsonElement keys)
    {
        if (keys.ValueKind != JsonValueKind.Object
            || !keys.TryGetProperty("kids", out var listed)
            || listed.ValueKind != JsonValueKind.Array
            || listed.EnumerateArray().Any(id => id.ValueKind != JsonValueKind.String))
        {
            return false;
        }

        server.StandsBy([.. listed.EnumerateArray().Select(id => id.GetString()!)]);
        return true;
    }

    private static bool TakeSnapshot(RevocationList list, JsonElement snapshot)
    {
        if (snapshot.ValueKind != JsonValueKind.Object
            || !snapshot.TryGetProperty("revoked", out var listed)
            || listed.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var entries = listed.EnumerateArray().Select(RevocationEntry.Read).ToList();
        if (!entries.TrueForAll(entry => entry is not null && list.Add(entry)))
        {
            return false;
        }

        list.KeepOnly([.. entries.OfType<RevocationEntry>()]);
        return true;
    }

    private static bool TakeEntry(RevocationList list, JsonElement element) =>
        RevocationEntry.Read(element) is { } entry && list.Add(entry);

    private sealed class Progress
    {
        public bool HasSnapshot { get; set; }

        public bool IsRefused { get; set; }
    }

    [LoggerMessage(20, LogLevel.Information, "Revocation events for {Resource} are flowing")]
    private static partial void Connected(ILogger logger, string resource);

    [LoggerMessage(21, LogLevel.Warning, "Revocation events for {Resource} broke off ({Reason})")]
    private static partial void Broken(ILogger logger, string resource, string reason);

    [LoggerMessage(22, LogLevel.Warning, "Revocation events for {Resource} were refused with {Status}: check the resource's account")]
    private static partial void Refused(ILogger logger, string resource, int status);

    [LoggerMessage(23, LogLevel.Warning, "No revocation events for {Resource}: the authorization server is silent or does not offer them")]
    private static partial void NoEndpoint(ILogger logger, string resource);

    [LoggerMessage(24, LogLevel.Error, "Revocation event {Event} for {Resource} cannot be used; each token is asked about now")]
    private static partial void Unusable(ILogger logger, string resource, string @event);
}

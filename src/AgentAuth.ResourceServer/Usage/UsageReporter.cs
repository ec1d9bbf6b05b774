using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AgentAuth.ResourceServer.Rfc8414Metadata;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentAuth.ResourceServer.Usage;

/// <summary>
/// Tells the authorization server every few seconds, and at the stop, what agents called. While the server is away the counts wait, added
/// up; after <see cref="LongestAway"/> they are dropped.
/// </summary>
internal sealed partial class UsageReporter(
    ProtectedResources resources,
    IHttpClientFactory http,
    TimeProvider clock,
    ILogger<UsageReporter> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LongestAway = TimeSpan.FromMinutes(15);

    // An account that is wrong does not become right by asking faster.
    private static readonly TimeSpan EveryWhenRefused = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(resources.All.Where(resource => resource.Usage.IsOn).Select(resource => TellAsync(resource, stoppingToken)));

    /// <summary>When it is time to stop, the requests have ended, and what is left is told too.</summary>
    private async Task TellAsync(ProtectedResource resource, CancellationToken stopping)
    {
        var untold = new Queue<UsageReport>();
        var heardAt = clock.GetTimestamp();
        var pause = Every;
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (untold.Count == 0)
            {
                Take(resource, untold);
            }

            var outcome = await SendAllAsync(resource, untold);
            pause = outcome is Outcome.Refused ? EveryWhenRefused : Every;
            heardAt = outcome is Outcome.Away ? heardAt : clock.GetTimestamp();
            if (clock.GetElapsedTime(heardAt) > LongestAway)
            {
                Dropped(logger, resource.Options.Resource, (int)LongestAway.TotalMinutes);
                untold.Clear();
                resource.Usage.Take();
                resource.Refusals.Take();
                heardAt = clock.GetTimestamp();
            }
        }
    }

    private void Take(ProtectedResource resource, Queue<UsageReport> untold)
    {
        var (counts, dropped) = resource.Usage.Take();
        foreach (var report in UsageReport.Of(resource.Options.Resource, counts, resource.Refusals.Take()))
        {
            untold.Enqueue(report);
        }

        if (dropped > 0)
        {
            TooMany(logger, dropped, resource.Options.Resource);
        }
    }

    private async Task<Outcome> SendAllAsync(ProtectedResource resource, Queue<UsageReport> untold)
    {
        while (untold.TryPeek(out var report))
        {
            switch (await SendSafelyAsync(resource, report))
            {
                case Outcome.Away:
                    return Outcome.Away;
                case Outcome.Refused:
                    untold.Dequeue(); // the others wait: they are not refused yet
                    return Outcome.Refused;
                default:
                    untold.Dequeue();
                    break;
            }
        }

        return Outcome.Told;
    }

    private async Task<Outcome> SendSafelyAsync(ProtectedResource resource, UsageReport report)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await SendAsync(resource, report, patience.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            NotTold(logger, resource.Options.Resource, exception.GetType().Name);
            return Outcome.Away;
        }
    }

    private async Task<Outcome> SendAsync(ProtectedResource resource, UsageReport report, CancellationToken cancellationToken)
    {
        if (await resource.Server.CurrentAsync(cancellationToken) is not { } documents)
        {
            return Outcome.Away;
        }

        if (documents.UsageEndpoint is not { } endpoint)
        {
            return Outcome.Told; // a server that does not ask for it
        }

        using var client = http.CreateClient(AuthorizationServer.HttpClientName);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.Authorization = ServerAccount.HeaderFor(resource.Options);
        request.Content = new ByteArrayContent(report.Body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await client.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return Outcome.Told;
        }

        if (response.StatusCode >= HttpStatusCode.InternalServerError || response.StatusCode is HttpStatusCode.TooManyRequests)
        {
            NotTold(logger, resource.Options.Resource, response.StatusCode.ToString());
            return Outcome.Away;
        }

        Refused(logger, resource.Options.Resource, (int)response.StatusCode);
        return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
            ? Outcome.Refused
            : Outcome.Dropped; // something is wrong with this one alone
    }

    private enum Outcome
    {
        Told,
        Away,
        Refused,
        Dropped,
    }

    [LoggerMessage(30, LogLevel.Debug, "What agents called at {Resource} could not be reported ({Reason}); it is kept and sent again")]
    private static partial void NotTold(ILogger logger, string resource, string reason);

    [LoggerMessage(31, LogLevel.Warning, "A report of calls at {Resource} was refused with {Status} and dropped: check the account")]
    private static partial void Refused(ILogger logger, string resource, int status);

    [LoggerMessage(32, LogLevel.Warning, "What agents called at {Resource} is dropped: the server was away for {Minutes} minutes")]
    private static partial void Dropped(ILogger logger, string resource, int minutes);

    [LoggerMessage(33, LogLevel.Warning, "{Calls} calls at {Resource} found no place among the counts and are not reported")]
    private static partial void TooMany(ILogger logger, int calls, string resource);
}

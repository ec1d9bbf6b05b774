using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentAuth.ResourceServer.Rfc8414Metadata;
using AgentAuth.ResourceServer.Rfc9396AuthorizationDetails;
using Microsoft.Extensions.Logging;

namespace AgentAuth.ResourceServer.Rfc7662Introspection;

/// <summary>Asks the authorization server about one token (RFC 7662 §2), for the times when the event stream is silent.</summary>
internal sealed partial class Introspection(
    AgentAuthOptions options,
    AuthorizationServer server,
    IHttpClientFactory http,
    TimeProvider clock,
    ILogger<Introspection> logger)
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    // Only "active" is remembered, for a moment and by hash. "Inactive" is for ever anyway, and asking again costs the revoked, not us.
    private readonly ConcurrentDictionary<string, (long Since, TokenAnswer Answer)> _active = new(StringComparer.Ordinal);

    public async ValueTask<TokenAnswer> AskAsync(string token, CancellationToken cancellationToken)
    {
        var fingerprint = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        if (_active.TryGetValue(fingerprint, out var known) && clock.GetElapsedTime(known.Since) < Memory)
        {
            return known.Answer;
        }

        var askedAt = clock.GetTimestamp();
        var answer = await AskServerAsync(token, cancellationToken);
        if (answer.State is not TokenState.Active)
        {
            return answer;
        }

        if (_active.Count >= MostRemembered)
        {
            _active.Clear();
        }

        _active[fingerprint] = (askedAt, answer);
        return answer;
    }

    private async Task<TokenAnswer> AskServerAsync(string token, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            if ((await server.CurrentAsync(limit.Token))?.IntrospectionEndpoint is not { } endpoint)
            {
                return TokenAnswer.Unknown;
            }

            using var client = http.CreateClient(AuthorizationServer.HttpClientName);
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
            request.Headers.Authorization = ServerAccount.HeaderFor(options);
            request.Content = new FormUrlEncodedContent([new("token", token), new("token_type_hint", "access_token")]);
            using var response = await client.SendAsync(request, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                Refused(logger, options.Resource, (int)response.StatusCode);
                return TokenAnswer.Unknown;
            }

            using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(limit.Token), default, limit.Token);
            return StateIn(answer.RootElement);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Unreachable(logger, options.Resource, exception.GetType().Name);
            return TokenAnswer.Unknown;
        }
    }

    private static TokenAnswer StateIn(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("active", out var active)
            ? active.ValueKind switch
            {
                JsonValueKind.True => new(TokenState.Active, ScopesIn(answer)) { Limits = LimitsIn(answer) },
                JsonValueKind.False => new(TokenState.Inactive, Scopes: null),
                _ => TokenAnswer.Unknown,
            }
            : TokenAnswer.Unknown;

    /// <summary>Null when it does not say: then it is as the token says.</summary>
    private static string[]? ScopesIn(JsonElement answer) =>
        answer.TryGetProperty("scope", out var scope) && scope.ValueKind == JsonValueKind.String
            ? scope.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : null;

    private static IReadOnlyList<string>? LimitsIn(JsonElement answer) =>
        answer.TryGetProperty(TokenDetails.Claim, out var details) ? TokenDetails.LimitsIn(details) : null;

    [LoggerMessage(10, LogLevel.Warning, "Introspection for {Resource} was refused with {Status}: check the resource's account")]
    private static partial void Refused(ILogger logger, string resource, int status);

    [LoggerMessage(11, LogLevel.Warning, "Introspection for {Resource} failed ({Reason})")]
    private static partial void Unreachable(ILogger logger, string resource, string reason);
}

using System.Text.Json;
using AgentAuth.ResourceServer.Rfc8414Metadata;
using Microsoft.Extensions.Logging;

namespace AgentAuth.ResourceServer.Limits;

/// <summary>Posts a form to the authorization server with the resource's own account and reads the JSON it answers with.</summary>
internal sealed partial class ServerPost(
    AgentAuthOptions options,
    AuthorizationServer server,
    IHttpClientFactory http,
    ILogger<ServerPost> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Null when there is no such endpoint, no account, or no answer that could be read.</summary>
    public async Task<(int Status, JsonElement Json)?> SendAsync(
        Func<ServerDocuments, Uri?> endpoint,
        CancellationToken cancellationToken,
        params KeyValuePair<string, string>[] form)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            if (string.IsNullOrEmpty(options.AccountClientId) || await server.CurrentAsync(limit.Token) is not { } documents
                || endpoint(documents) is not { } address)
            {
                return null;
            }

            using var client = http.CreateClient(AuthorizationServer.HttpClientName);
            using var request = new HttpRequestMessage(HttpMethod.Post, address);
            request.Headers.Authorization = ServerAccount.HeaderFor(options);
            request.Content = new FormUrlEncodedContent(form);
            using var response = await client.SendAsync(request, limit.Token);
            using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(limit.Token), default, limit.Token);
            return answer.RootElement.ValueKind == JsonValueKind.Object ? ((int)response.StatusCode, answer.RootElement.Clone()) : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Unreachable(logger, options.Resource, exception.GetType().Name);
            return null;
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "The authorization server could not be asked about a call at {Resource} ({Reason})")]
    private static partial void Unreachable(ILogger logger, string resource, string reason);
}

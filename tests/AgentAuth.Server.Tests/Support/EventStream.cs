using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace AgentAuth.Server.Tests.Support;

/// <summary>A resource server that listens for what ended.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Stream _body;
    private readonly CancellationTokenSource _patience;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventStream(HttpResponseMessage response, Stream body)
    {
        (Response, _body, _patience) = (response, body, new CancellationTokenSource(Patience));
        _items = SseParser.Create(body).EnumerateAsync(_patience.Token).GetAsyncEnumerator(_patience.Token);
    }

    public HttpResponseMessage Response { get; }

    public static async Task<EventStream> OpenAsync(
        AuthServer server, string account = "demo-resource", string secret = "demo-resource-secret", string resource = AuthServer.Mail)
    {
        var response = await AskAsync(server, $"{account}:{secret}", resource);
        return response.StatusCode == HttpStatusCode.OK
            ? new EventStream(response, await response.Content.ReadAsStreamAsync())
            : throw new InvalidOperationException($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    public static Task<HttpResponseMessage> AskAsync(AuthServer server, string? credentials, string? resource)
    {
        var query = resource is null ? "" : "?resource=" + Uri.EscapeDataString(resource);
        var request = new HttpRequestMessage(HttpMethod.Get, "/connect/revocations" + query);
        request.Headers.Authorization = credentials is null ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return server.Http().SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The next event of this kind; fails when none comes.</summary>
    public async Task<JsonElement> NextAsync(string kind)
    {
        while (await _items.MoveNextAsync())
        {
            if (_items.Current.EventType == kind)
            {
                return JsonSerializer.Deserialize<JsonElement>(_items.Current.Data);
            }
        }
        throw new InvalidOperationException($"The stream ended before a '{kind}' came.");
    }

    public async ValueTask DisposeAsync()
    {
        await _patience.CancelAsync();
        await _body.DisposeAsync();
        Response.Dispose();
        _patience.Dispose();
    }
}

using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace AgentAuth.ResourceServer.Tests.Support;

/// <summary>Somebody who calls a resource over HTTP, always on the same connection.</summary>
internal sealed class Agent(string address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, MaxConnectionsPerServer = 1 })
    {
        BaseAddress = new Uri(address),
    };

    public string Address => address;

    public Task<Answer> GetAsync(string path, string? token = null, Action<HttpRequestMessage>? with = null) =>
        SendAsync(HttpMethod.Get, path, token, with);

    public Task<Answer> PostAsync(string path, string? token, string json, Action<HttpRequestMessage>? with = null) =>
        SendAsync(HttpMethod.Post, path, token, request =>
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
            request.Headers.Accept.ParseAdd("application/json");
            request.Headers.Accept.ParseAdd("text/event-stream");
            with?.Invoke(request);
        });

    public Task<Answer> CallToolAsync(string path, string? token, string tool, Action<HttpRequestMessage>? with = null) =>
        PostAsync(path, token, ToolCall(tool), with);

    public static string ToolCall(string tool, string arguments = "{}") =>
        $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}}}""";

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? token, Action<HttpRequestMessage>? with = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        with?.Invoke(request);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, text, response.Headers, response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Asks again and again until the answer fits; says how long that took.</summary>
    public static async Task<TimeSpan> UntilAsync(Func<Task<bool>> fits)
    {
        var watch = Stopwatch.StartNew();
        while (!await fits())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), "It did not happen.");
        }

        return watch.Elapsed;
    }

    public void Dispose() => _http.Dispose();
}

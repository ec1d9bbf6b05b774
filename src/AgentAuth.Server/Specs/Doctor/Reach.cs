using System.Text;

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>
/// How places are asked: within seconds, up to a length, and never beyond the address that was meant; a redirect is reported, not followed.
/// Whose client it is decides which places may be reached at all, and who wants it how often: <paramref name="whyNot"/> says why one is not
/// asked now, and is asked before each request.
/// </summary>
internal sealed class Reach(HttpMessageInvoker web, Func<Uri, string?>? whyNot = null)
{
    public const int MaxBytes = 256 * 1024;

    /// <summary>A web page that asks from elsewhere, as browser-based clients do.</summary>
    public const string Origin = "https://client.example";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const string Initialize =
        """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},
        "clientInfo":{"name":"agentauth-doctor","version":"1"}}}
        """;

    public async Task<Answer> GetAsync(Uri address, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await AskAsync(address, request, "application/json, text/event-stream;q=0.5, */*;q=0.1", stop);
    }

    /// <summary>As a page of another origin would.</summary>
    public async Task<Answer> GetFromPageAsync(Uri address, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Origin", Origin);
        return await AskAsync(address, request, "application/json", stop);
    }

    /// <summary>What an MCP client says first, without a token.</summary>
    public async Task<Answer> GreetAsync(Uri address, CancellationToken stop)
    {
        using var content = new StringContent(Initialize, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        return await AskAsync(address, request, "application/json, text/event-stream", stop);
    }

    public async Task<Answer> PostFormAsync(Uri address, Dictionary<string, string> form, CancellationToken stop)
    {
        using var content = new FormUrlEncodedContent(form);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        return await AskAsync(address, request, "application/json", stop);
    }

    private async Task<Answer> AskAsync(Uri address, HttpRequestMessage request, string accept, CancellationToken stop)
    {
        if (whyNot?.Invoke(address) is { } rest)
        {
            return new(address) { Trouble = "not asked: " + rest };
        }
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("User-Agent", "agentauth-doctor");
        try
        {
            using var response = await web.SendAsync(request, patience.Token);
            return await ReadAsync(address, response, patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new(address) { Trouble = $"no answer within {Patience.TotalSeconds} seconds" };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new(address) { Trouble = Words(failure) };
        }
    }

    private static async Task<Answer> ReadAsync(Uri address, HttpResponseMessage response, CancellationToken stop)
    {
        var headers = response.Headers;
        var (body, length) = response.Content.Headers.ContentType?.MediaType == "text/event-stream"
            ? ("", 0) // it may stay open for hours
            : await BodyAsync(response.Content, stop);
        return new(address)
        {
            Status = (int)response.StatusCode,
            ContentType = response.Content.Headers.ContentType?.MediaType,
            Location = headers.Location?.OriginalString,
            AllowedOrigin = headers.TryGetValues("Access-Control-Allow-Origin", out var origins) ? string.Join(',', origins) : null,
            CacheControl = headers.CacheControl?.ToString(),
            Challenges = headers.TryGetValues("WWW-Authenticate", out var challenges) ? [.. challenges] : [],
            Body = body,
            Length = length,
            Trouble = length > MaxBytes ? $"more than {MaxBytes / 1024} KB" : null,
        };
    }

    private static async Task<(string Body, int Length)> BodyAsync(HttpContent content, CancellationToken stop)
    {
        await using var stream = await content.ReadAsStreamAsync(stop);
        var buffer = new byte[MaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        return length > MaxBytes ? ("", length) : (Encoding.UTF8.GetString(buffer, 0, length).TrimStart('\uFEFF'), length);
    }

    private static string Words(Exception failure) =>
        (failure.InnerException is { } inner ? inner.Message : failure.Message).ReplaceLineEndings(" ");
}

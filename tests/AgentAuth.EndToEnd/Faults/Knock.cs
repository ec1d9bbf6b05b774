using System.Diagnostics;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>One request and what came of it, answered or not.</summary>
internal sealed record Knock(string What, int Status, string? MediaType, bool SaysWhen, TimeSpan Took, string Body)
{
    public const string Metadata = "metadata";
    public const string Jwks = "jwks";
    public const string Live = "live";
    public const string Ready = "ready";
    public const string Page = "page";
    public const string Token = "token";
    public const string Code = "code";

    public bool IsCode => Status is 302 or 303;

    public bool IsRefusalForPrograms =>
        Status == 503 && MediaType == "application/json" && SaysWhen && Body.Contains("\"error\"", StringComparison.Ordinal);

    public bool IsRefusalForPeople => Status == 503 && MediaType == "text/html" && SaysWhen;

    public override string ToString() => $"{What}: {Status} {MediaType} after {Took.TotalMilliseconds:F0} ms";

    public static Task<Knock> AtMetadataAsync(DemoProcess demo) => GetAsync(Metadata, $"{demo.Url}/.well-known/oauth-authorization-server");

    public static Task<Knock> AtJwksAsync(DemoProcess demo) => GetAsync(Jwks, $"{demo.Url}/.well-known/jwks");

    public static Task<Knock> AtLiveAsync(DemoProcess demo) => GetAsync(Live, $"{demo.Url}/health/live");

    public static Task<Knock> AtReadyAsync(DemoProcess demo) => GetAsync(Ready, $"{demo.Url}/health/ready");

    /// <summary>A service asks for a token in its own name.</summary>
    public static Task<Knock> ForTokenAsync(DemoProcess demo) => SendAsync(Token, () => new(HttpMethod.Post, $"{demo.Url}/connect/token")
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "demo-service",
            ["client_secret"] = "demo-service-secret",
            ["resource"] = demo.Mail,
            ["scope"] = "mail.read",
        }),
    });

    /// <summary>Somebody opens a page of theirs with a session cookie.</summary>
    public static Task<Knock> AtPageAsync(DemoProcess demo, string cookies) =>
        SendAsync(Page, () => Shown($"{demo.Url}/account/agents", cookies));

    /// <summary>
    /// Somebody's agent asks again for what they allowed before, and gets a code at once: of what is asked often, this must be written.
    /// </summary>
    public static Task<Knock> ForCodeAsync(Ask ask, string cookies) => SendAsync(Code, () => Shown(ask.Url, cookies));

    public static Task<Knock[]> AtEverythingAsync(DemoProcess demo, string cookies) => Task.WhenAll(
        AtMetadataAsync(demo), AtJwksAsync(demo), AtLiveAsync(demo), AtReadyAsync(demo), ForTokenAsync(demo), AtPageAsync(demo, cookies));

    public static async Task<Knock> SendAsync(string what, Func<HttpRequestMessage> ask)
    {
        using var request = ask();
        var since = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await Web.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return new(
                what, (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, answer.Headers.RetryAfter is not null,
                Stopwatch.GetElapsedTime(since), body);
        }
        catch (Exception none) when (none is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            return new(what, 0, null, false, Stopwatch.GetElapsedTime(since), none.Message);
        }
    }

    private static HttpRequestMessage Shown(string url, string cookies)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        request.Headers.TryAddWithoutValidation("Accept-Language", "en");
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        return request;
    }

    private static Task<Knock> GetAsync(string what, string url) => SendAsync(what, () => new(HttpMethod.Get, url));
}

using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>What a real socket brings: sizes, framing, odd bytes. The answer is a refusal, never a failure of ours.</summary>
public sealed class HttpLimitTests
{
    private const string Form = "Content-Type: application/x-www-form-urlencoded\r\n";

    public static TheoryData<string, string, int[]> Requests { get; } = new()
    {
        { "address over 16 KB", Get("/connect/authorize?state=" + new string('s', 20_000)), [414] },
        { "address over 8 KB", Get("/connect/authorize?state=" + new string('s', 9_000)), [414] },
        { "address over 8 KB elsewhere", Get("/account/agents?x=" + new string('s', 9_000)), [414] },
        { "headers over 16 KB", Get("/", "X-Long: " + new string('h', 20_000) + "\r\n"), [431] },
        { "basic header of 1 MB",
            Post("/connect/token", "grant_type=client_credentials", "Authorization: Basic " + new string('A', 1 << 20) + "\r\n"),
                [431, 0] },
        { "200 headers", Get("/", string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: 1\r\n"))), [431] },
        { "body over 64 KB to token", Post("/connect/token", "client_secret=" + new string('s', 70_000)), [413] },
        { "body over 64 KB to token, slash", Post("/connect/token/", "client_secret=" + new string('s', 70_000)), [413] },
        { "body over 64 KB to sign-in", Post("/sign-in", "Password=" + new string('s', 70_000)), [400, 413] },
        { "body over 64 KB to authorize", Post("/connect/authorize", "state=" + new string('s', 70_000)), [400, 413] },
        { "a body said to be 5 MB", "POST /connect/token HTTP/1.1\r\nHost: localhost:5100\r\nConnection: close\r\n" + Form
            + "Content-Length: 5000000\r\n\r\n", [413] },
        { "one parameter over 32 KB", Post("/connect/token", "client_secret=" + new string('s', 40_000)), [400, 401, 413] },
        { "3000 parameters to token", Post("/connect/token", string.Join('&', Enumerable.Range(0, 3000).Select(i => $"p{i}=1"))), [400] },
        { "3000 parameters to authorize", Post("/connect/authorize", string.Join('&', Enumerable.Range(0, 3000).Select(i => $"p{i}=1"))),
            [400] },
        { "3000 parameters to sign-in", Post("/sign-in", string.Join('&', Enumerable.Range(0, 3000).Select(i => $"p{i}=1"))), [400] },
        { "JSON to token",
            Post("/connect/token", """{"grant_type":"client_credentials"}""", contentType: "Content-Type: application/json\r\n"), [400] },
        { "multipart to token",
            Post("/connect/token", "--x\r\n\r\n--x--", contentType: "Content-Type: multipart/form-data; boundary=x\r\n"), [400] },
        { "multipart without boundary", Post("/connect/revoke", "x", contentType: "Content-Type: multipart/form-data\r\n"), [400] },
        { "no content type to token", Post("/connect/token", "grant_type=client_credentials", contentType: ""), [400] },
        { "an unknown charset",
            Post("/connect/token", "grant_type=x", contentType: "Content-Type: application/x-www-form-urlencoded; charset=nonsense\r\n"),
                [400, 401] },
        { "broken percent signs", Post("/connect/token", "grant_type=%zz&client_id=%&%=%00"), [400, 401] },
        { "JSON to authorize", Post("/connect/authorize", "{}", contentType: "Content-Type: application/json\r\n"), [400] },
        { "no body to authorize", Post("/connect/authorize", "", contentType: ""), [400] },
        { "lone LF in a chunk extension", Chunked("5;x\nabc\r\nhello\r\n0\r\n\r\n"), [400] },
        { "a chunk size that is none", Chunked("zz\r\nhello\r\n0\r\n\r\n"), [400] },
        { "length and chunks together", "POST /connect/token HTTP/1.1\r\nHost: localhost:5100\r\nConnection: close\r\n" + Form
            + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n", [400] },
        { "two lengths", "POST /connect/token HTTP/1.1\r\nHost: localhost:5100\r\n" + Form
            + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", [400] },
        { "a space before the colon", Get("/", "X-A : 1\r\n"), [400] },
        { "NUL in the path", Get("/%00"), [400, 404] },
        { "bad UTF-8 in the path", Get("/%ff%fe"), [400, 404] },
        { "no Host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", [400] },
        { "two Hosts", Get("/", "Host: e.test\r\n"), [400] },
        { "a Host that is none", "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", [400] },
        { "trailers", Chunked("0\r\nX-Trailer: 1\r\n\r\n"), [400, 401] },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    [Spec("AA-T120")]
    [Spec("AA-T125")]
    public async Task It_is_refused_and_nothing_breaks(string what, string request, int[] statuses)
    {
        await using var server = await WireServer.StartAsync();

        var answer = await server.SendAsync(request);
        var after = await server.SendAsync(Get("/health/live"));

        Assert.True(statuses.Contains(WireServer.StatusOf(answer)), $"{what}: {answer[..Math.Min(300, answer.Length)]}");
        Assert.True(answer.Split("HTTP/1.1 ").Length <= 2, answer); // nothing was smuggled in
        Assert.Equal(200, WireServer.StatusOf(after));
        Assert.DoesNotContain("Server:", after, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Spec("RFC 6749", "4.1.2")]
    [Spec("AA-T015")]
    public async Task A_long_state_comes_through_signing_in()
    {
        await using var server = await WireServer.StartAsync();
        var state = Uri.EscapeDataString(new string('é', 700));
        var asked = "/connect/authorize?response_type=code&client_id=demo-web&scope=mail.read&code_challenge_method=S256&code_challenge="
            + new string('c', 43) + "&redirect_uri=" + Uri.EscapeDataString(Agent.WebCallback) + "&state=" + state;

        var toSignIn = await server.SendAsync(Get(asked));
        var location = toSignIn.Split("Location: ")[1].Split("\r\n")[0];
        var signIn = await server.SendAsync(Get(location));

        Assert.Equal(200, WireServer.StatusOf(signIn));
        Assert.Contains("name=\"Password\"", signIn, StringComparison.Ordinal);
    }

    private static string Get(string path, string headers = "") =>
        $"GET {path} HTTP/1.1\r\nHost: localhost:5100\r\nConnection: close\r\n{headers}\r\n";

    private static string Post(string path, string body, string headers = "", string contentType = Form) =>
        $"POST {path} HTTP/1.1\r\nHost: localhost:5100\r\nConnection: close\r\n{contentType}{headers}"
            + $"Content-Length: {body.Length}\r\n\r\n{body}";

    private static string Chunked(string body) =>
        $"POST /connect/token HTTP/1.1\r\nHost: localhost:5100\r\nConnection: close\r\n{Form}Transfer-Encoding: chunked\r\n\r\n{body}";
}

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests.Mcp;

/// <summary>A person who opens the address of an MCP server in a browser.</summary>
public sealed class ConnectPageTests
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    [Fact]
    public async Task A_person_reads_what_it_is_and_what_to_do_with_it()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await AskAsync(samples, HttpMethod.Get, Browser);

        Assert.Equal(401, answer.Status);
        Assert.Equal("text/html", answer.ContentType);
        Assert.Contains("<h1>Demo Mail</h1>", answer.Text, StringComparison.Ordinal);
        Assert.Contains($"<code>{samples.Mail}</code>", answer.Text, StringComparison.Ordinal);
        Assert.Contains($"href=\"{issuer.Issuer}\"", answer.Text, StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal("Accept", answer.Header("Vary"));
    }

    /// <summary>Whoever can do something with a challenge finds it, whatever they said they read.</summary>
    [Fact]
    public async Task It_is_the_same_challenge_as_for_a_client()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var page = await AskAsync(samples, HttpMethod.Get, Browser);
        var client = await AskAsync(samples, HttpMethod.Get, "text/event-stream");

        Assert.Contains("resource_metadata=", page.Challenge, StringComparison.Ordinal);
        Assert.Equal(client.Challenge, page.Challenge);
    }

    [Fact]
    public async Task Nothing_runs_on_it_but_its_own_style()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await AskAsync(samples, HttpMethod.Get, Browser);

        var style = answer.Text.Split("<style>")[1].Split("</style>")[0];
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Equal(
            $"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            answer.Header("Content-Security-Policy"));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.DoesNotContain("<script", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "application/json, text/event-stream")]
    [InlineData("GET", "text/event-stream")]
    [InlineData("GET", "text/html, text/event-stream")]
    [InlineData("GET", "text/html;q=0, */*")]
    [InlineData("GET", "*/*")]
    [InlineData("GET", "nonsense")]
    [InlineData("GET", null)]
    [InlineData("POST", Browser)]
    public async Task A_client_gets_json(string method, string? accept)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await AskAsync(samples, new HttpMethod(method), accept);

        Assert.Equal(401, answer.Status);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal("unauthorized", answer.Error);
    }

    [Fact]
    public async Task Who_brings_a_token_gets_no_page()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await AskAsync(samples, HttpMethod.Get, Browser, token: "not.a.token");

        Assert.NotEqual("text/html", answer.ContentType);
    }

    /// <summary>An API's address is nothing to put into an app.</summary>
    [Fact]
    public async Task What_is_no_mcp_server_has_no_page()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.OpenAsync(with: request => request.Headers.TryAddWithoutValidation("Accept", Browser));

        Assert.Equal(401, answer.Status);
        Assert.Equal("application/json", answer.ContentType);
    }

    private static async Task<Answer> AskAsync(Samples samples, HttpMethod method, string? accept, string? token = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, samples.Mail);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers,
            response.Content.Headers.ContentType?.MediaType);
    }
}

using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests;

public sealed class OriginTests
{
    [Theory]
    [InlineData("https://evil.test", 403)]
    [InlineData("null", 403)]
    [InlineData("http://127.0.0.1.evil.test", 403)]
    [InlineData("http://localhost@evil.test", 403)]
    [InlineData("http://localhost:6274", 200)]
    [InlineData("http://127.0.0.1:1", 200)]
    public async Task A_server_on_loopback_serves_pages_on_loopback(string origin, int status)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await samples.CallMailAsync(
            "list_messages",
            with: request => request.Headers.TryAddWithoutValidation("Origin", origin));

        Assert.Equal(status, answer.Status);
        Assert.Empty(answer.Header("Access-Control-Allow-Origin"));
        Assert.Empty(answer.Challenge);
    }

    [Theory]
    [InlineData("https://api.test", 200)]
    [InlineData("https://app.test", 200)]
    [InlineData("http://localhost:6274", 403)]
    [InlineData("https://app.test:8443", 403)]
    public async Task A_public_server_serves_its_own_and_configured_pages(string origin, int status)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer, o => o.AllowedOrigins = ["https://app.test"]);

        var answer = await api.OpenAsync(api.Token(), request => request.Headers.Add("Origin", origin));

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task A_configured_page_can_ask_beforehand_and_read_the_challenge()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer, o => o.AllowedOrigins = ["https://app.test"]);

        var asked = await api.Agent.SendAsync(HttpMethod.Options, "/mail", token: null, Preflight("https://app.test"));
        var refused = await api.OpenAsync(with: request => request.Headers.Add("Origin", "https://app.test"));

        Assert.Equal(204, asked.Status);
        Assert.Equal("https://app.test", asked.Header("Access-Control-Allow-Origin"));
        Assert.Equal("authorization, content-type", asked.Header("Access-Control-Allow-Headers"));
        Assert.Equal(401, refused.Status);
        Assert.Equal("https://app.test", refused.Header("Access-Control-Allow-Origin"));
        Assert.Contains("WWW-Authenticate", refused.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);
        Assert.Equal("Origin", refused.Header("Vary"));
    }

    [Fact]
    public async Task Without_configuration_no_page_may_ask()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var asked = await api.Agent.SendAsync(HttpMethod.Options, "/mail", token: null, Preflight("https://app.test"));

        Assert.Equal(405, asked.Status);
        Assert.Empty(asked.Header("Access-Control-Allow-Origin"));
    }

    private static Action<HttpRequestMessage> Preflight(string origin) => request =>
    {
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization, content-type");
    };
}

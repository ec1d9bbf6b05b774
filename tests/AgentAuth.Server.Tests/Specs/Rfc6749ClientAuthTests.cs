using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>How clients prove who they are, and how they fail to.</summary>
public sealed class Rfc6749ClientAuthTests
{
    private const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static readonly (string, string?)[] ForItself = [("grant_type", "client_credentials"), ("resource", AuthServer.Mail)];

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("wrong")]
    [InlineData("DEMO-SERVICE-SECRET")]
    [InlineData("demo-service-secret ")]
    [InlineData("demo-web-secret")]
    [InlineData("sha256:")]
    [Spec("RFC 6749", "2.3.1")]
    [Spec("AA-T037")]
    public async Task A_confidential_client_without_its_secret_is_nobody(string? secret)
    {
        await using var server = await AuthServer.StartAsync();
        var service = Agent.Service(server);

        var posted = await service.PostAsync("/connect/token", [.. ForItself, ("client_id", "demo-service"), ("client_secret", secret)]);
        var basic = await service.PostAsync("/connect/token", ForItself, Basic($"demo-service:{Uri.EscapeDataString(secret ?? "")}"));

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (posted.Status, posted.Error));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (basic.Status, basic.Error));
        Assert.Contains($"realm=\"{AuthServer.Issuer}\"", basic.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RFC 6749", "2.3.1")]
    [Spec("AA-T037")]
    public async Task The_secret_is_good_in_the_header_or_the_body_but_not_in_both()
    {
        await using var server = await AuthServer.StartAsync();
        var service = Agent.Service(server);
        var header = Basic("demo-service:demo-service-secret");

        Assert.True((await service.PostAsync("/connect/token", ForItself, header)).IsGood);
        Assert.True((await service.ForItselfAsync()).IsGood);
        var both = await service.PostAsync(
            "/connect/token", [.. ForItself, ("client_id", "demo-service"), ("client_secret", "demo-service-secret")], header);

        Assert.Contains(both.Error, new[] { "invalid_request", "invalid_client" });
        Assert.False(both.Has("access_token"));
    }

    [Fact]
    [Spec("RFC 6749", "2.3.1")]
    [Spec("AA-T037")]
    public async Task Header_and_body_must_name_the_same_client()
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Service(server).PostAsync(
            "/connect/token", [.. ForItself, ("client_id", "demo-web")], Basic("demo-service:demo-service-secret"));

        Assert.False(answer.Has("access_token"));
        Assert.Contains(answer.Error, new[] { "invalid_request", "invalid_client" });
    }

    [Fact]
    [Spec("AA-T038")]
    public async Task A_public_client_is_not_upgraded_by_a_secret_it_made_up()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var code = await claude.CodeFromAsync(server.Browser());

        var posted = await claude.RedeemAsync(code, ("client_id", "demo-native"), ("client_secret", "made-up"));
        var basic = await claude.PostAsync("/connect/token",
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Agent.Callback), ("code_verifier", claude.Verifier)],
            Basic("demo-native:made-up"));

        Assert.Equal("invalid_client", posted.Error);
        Assert.Equal("invalid_client", basic.Error);
        Assert.True((await claude.RedeemAsync(code)).IsGood);
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic !!!!")]
    [InlineData("Basic ZGVtby1zZXJ2aWNl")] // demo-service, no colon
    [InlineData("Basic Og==")] // only a colon
    [InlineData("Basic OmRlbW8tc2VydmljZS1zZWNyZXQ=")] // no name
    [InlineData("Basic ZGVtby1zZXJ2aWNlOmRlbW8tc2VydmljZS1zZWNyZXQ6eA==")] // demo-service:demo-service-secret:x
    [InlineData("Basic //79")] // not UTF-8
    [InlineData("Basic ZGVtby1zZXJ2aWNlJTo=")] // demo-service%:
    [InlineData("Digest username=\"demo-service\"")]
    [InlineData("Bearer ZGVtby1zZXJ2aWNlOmRlbW8tc2VydmljZS1zZWNyZXQ=")]
    [Spec("RFC 6749", "2.3.1")]
    [Spec("AA-T039")]
    public async Task A_broken_authorization_header_is_a_refusal_and_not_a_failure(string header)
    {
        await using var server = await AuthServer.StartAsync();

        foreach (var endpoint in new[] { "/connect/token", "/connect/introspect", "/connect/revoke" })
        {
            var answer = await SendAsync(server, endpoint, header);

            Assert.Contains(answer.Status, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
            Assert.Contains(answer.Error, new[] { "invalid_client", "invalid_request", "invalid_token" });
        }
    }

    [Fact]
    [Spec("AA-T039")]
    public async Task A_huge_header_and_two_headers_are_refusals()
    {
        await using var server = await AuthServer.StartAsync();
        var good = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("demo-service:demo-service-secret"));

        var huge = await SendAsync(server, "/connect/token", "Basic " + new string('A', 1_000_000));
        var two = await SendAsync(server, "/connect/token", good, good);

        Assert.Contains(huge.Status, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (two.Status, two.Error));
    }

    [Fact]
    [Spec("RFC 6749", "2.3.1")]
    [Spec("AA-T039")]
    public async Task Both_halves_of_the_header_are_form_encoded()
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Service(server).PostAsync("/connect/token", ForItself, Basic("demo%2Dservice:demo%2Dservice%2Dsecret"));

        Assert.True(answer.IsGood, answer.Body);
    }

    [Fact]
    [Spec("RFC 6749", "5.2")]
    [Spec("AA-T040")]
    public async Task An_unknown_client_and_a_wrong_secret_get_the_same_answer()
    {
        await using var server = await AuthServer.StartAsync();
        var service = Agent.Service(server);

        var unknown = await service.PostAsync("/connect/token", ForItself, Basic("nobody:wrong"));
        var wrong = await service.PostAsync("/connect/token", ForItself, Basic("demo-service:wrong"));

        Assert.Equal(unknown.Status, wrong.Status);
        Assert.Equal(unknown.BodyWithoutErrorId, wrong.BodyWithoutErrorId);
        Assert.StartsWith("Basic", wrong.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RFC 6819", "4.3.5")]
    [Spec("AA-T041")]
    public async Task Spelling_the_name_in_many_ways_buys_no_more_guesses()
    {
        await using var server = await AuthServer.StartAsync();
        var service = Agent.Service(server);
        string[] spellings = ["demo-service", "demo%2Dservice", "dem%6F-service", "%64emo-service", "demo%2dservice"];

        TokenAnswer last = null!;
        for (var guess = 0; guess < 21; guess++)
        {
            var scheme = guess % 2 == 0 ? "Basic" : "bASIC";
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{spellings[guess % spellings.Length]}:guess-{guess}"));
            last = await service.PostAsync("/connect/token", ForItself, new AuthenticationHeaderValue(scheme, pair));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last.Status);
    }

    [Theory]
    [InlineData("eyJhbGciOiJub25lIn0.eyJpc3MiOiJkZW1vLXNlcnZpY2UiLCJzdWIiOiJkZW1vLXNlcnZpY2UiLCJhdWQiOiJodHRwOi8vbG9jYWxob3N0OjUxMDAifQ.")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJkZW1vLXNlcnZpY2UiLCJzdWIiOiJkZW1vLXNlcnZpY2UifQ.AAAA")]
    [InlineData("no-jwt")]
    [Spec("RFC 7523", "3")]
    [Spec("AA-T042")]
    [Spec("AA-T046")]
    public async Task An_assertion_proves_nothing_where_none_is_registered(string assertion)
    {
        await using var server = await AuthServer.StartAsync();
        var service = Agent.Service(server);
        (string, string?)[] asserted = [.. ForItself, ("client_assertion_type", JwtBearer), ("client_assertion", assertion)];

        foreach (var name in new[] { "demo-service", "demo-native", "nobody" })
        {
            var answer = await service.PostAsync("/connect/token", [.. asserted, ("client_id", name)]);

            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error));
        }
        var withoutName = await service.PostAsync("/connect/token", asserted, Basic(":"));
        Assert.False(withoutName.IsGood);
    }

    private static AuthenticationHeaderValue Basic(string pair) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

    private static async Task<TokenAnswer> SendAsync(AuthServer server, string endpoint, params string[] headers)
    {
        using var http = server.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.TryAddWithoutValidation("Authorization", headers);
        request.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("token", "some-token")]);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await TokenAnswer.OfAsync(response);
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

public sealed class Rfc6749ClientAuthenticationTests
{
    private static readonly (string, string?)[] ForItself = [("grant_type", "client_credentials"), ("resource", AuthServer.Mail)];

    [Fact]
    [Spec("RFC 6749", "2.3.1")]
    [Spec("AA-T039")]
    public async Task A_client_may_prove_itself_in_the_header_encoded_or_not()
    {
        await using var server = await AuthServer.StartAsync();
        var service = Agent.Service(server);

        foreach (var credentials in new[] { "demo-service:demo-service-secret", "demo%2Dservice:demo%2Dservice%2Dsecret" })
        {
            var tokens = await service.PostAsync("/connect/token", ForItself, Basic(credentials));
            Assert.True(tokens.IsGood, tokens.Body);
        }
    }

    [Theory]
    [InlineData("demo-service")]
    [InlineData("demo-service:")]
    [InlineData(":demo-service-secret")]
    [InlineData(":")]
    [InlineData("")]
    [InlineData("demo-service:demo-service-secret:more")]
    [InlineData("demo-service:demo%zzsecret")]
    [InlineData("demo%service:x")]
    [InlineData("%64emo-service%00:demo-service-secret")]
    [InlineData("démo:ü")]
    [Spec("AA-T037")]
    [Spec("AA-T039")]
    public async Task A_header_that_proves_nothing_is_refused(string credentials)
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Service(server).PostAsync("/connect/token", ForItself, Basic(credentials));

        Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, answer.Body);
        Assert.True(answer.Error is "invalid_client" or "invalid_request", answer.Body);
    }

    [Theory]
    [InlineData("Basic !!!not-base64!!!")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Digest username=x")]
    [InlineData("Bearer x")]
    [InlineData("Basic ZGVtby1zZXJ2aWNlOmRlbW8tc2VydmljZS1zZWNyZXQ=, Basic eDp5")]
    [Spec("AA-T039")]
    public async Task A_header_that_cannot_be_read_is_refused(string header)
    {
        await using var server = await AuthServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        request.Content = new FormUrlEncodedContent(ForItself.Select(p => KeyValuePair.Create(p.Item1, p.Item2)));

        using var response = await server.Http().SendAsync(request);

        Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, response.StatusCode.ToString());
    }

    [Fact]
    [Spec("AA-T039")]
    public async Task Two_headers_or_a_secret_in_two_places_are_refused()
    {
        await using var server = await AuthServer.StartAsync();
        var good = Basic("demo-service:demo-service-secret");

        var both = await Agent.Service(server).PostAsync("/connect/token", [.. ForItself, ("client_secret", "demo-service-secret")], good);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token");
        request.Headers.TryAddWithoutValidation("Authorization", [good.ToString(), good.ToString()]);
        request.Content = new FormUrlEncodedContent(ForItself.Select(p => KeyValuePair.Create(p.Item1, p.Item2)));
        using var twice = await server.Http().SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, both.Status);
        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Spec("AA-T038")]
    public async Task A_public_client_with_a_secret_is_not_made_more_than_it_is(bool inHeader)
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var code = await claude.CodeFromAsync(server.Browser());
        (string, string?)[] redeem =
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Agent.Callback), ("code_verifier", claude.Verifier)];

        var answer = inHeader
            ? await claude.PostAsync("/connect/token", redeem, Basic("demo-native:secret"))
            : await claude.PostAsync("/connect/token", [.. redeem, ("client_id", "demo-native"), ("client_secret", "secret")]);
        var itself = await claude.PostAsync("/connect/token", [.. ForItself, ("client_id", "demo-native")]);

        Assert.Equal("invalid_client", answer.Error);
        Assert.False(itself.IsGood);
    }

    [Fact]
    [Spec("AA-T040")]
    public async Task A_wrong_secret_and_an_unknown_client_look_alike()
    {
        await using var server = await AuthServer.StartAsync();
        var service = Agent.Service(server);

        foreach (var endpoint in new[] { "/connect/token", "/connect/introspect", "/connect/revoke" })
        {
            var known = await service.PostAsync(
                endpoint, [.. ForItself, ("token", "x"), ("client_id", "demo-resource"), ("client_secret", "wrong")]);
            var unknown = await service.PostAsync(
                endpoint, [.. ForItself, ("token", "x"), ("client_id", "nobody"), ("client_secret", "wrong")]);

            Assert.Equal("invalid_client", known.Error);
            Assert.Equal(known.Status, unknown.Status);
            Assert.Equal(known.BodyWithoutErrorId, unknown.BodyWithoutErrorId);
            Assert.Equal(known.HeadersWithoutErrorId, unknown.HeadersWithoutErrorId);
        }
    }

    [Theory]
    [InlineData("demo-service", "Basic")]
    [InlineData("demo%2Dservice", "Basic")]
    [InlineData("demo-service", "basic")]
    [InlineData("demo-service", null)]
    [Spec("RFC 6819", "4.3.5")]
    [Spec("AA-T041")]
    public async Task Who_tries_secrets_is_slowed_down_however_the_client_is_spelled(string spelling, string? scheme)
    {
        await using var server = await AuthServer.StartAsync();
        var guesser = Agent.Service(server);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(
                HttpStatusCode.Unauthorized,
                    (await guesser.PostAsync(
                        "/connect/token", [.. ForItself, ("client_id", "demo-service"), ("client_secret", $"wrong{i}")])).Status);
        }

        var next = scheme is null
            ? await guesser.PostAsync("/connect/token/", [.. ForItself, ("client_id", spelling), ("client_secret", "wrong")])
            : await guesser.PostAsync("/connect/token", ForItself, new(scheme, Basic($"{spelling}:wrong").Parameter));
        var elsewhere = await RightSecretFromAsync(server, "8.8.8.8");
        server.Clock.Advance(TimeSpan.FromSeconds(61));
        var later = await RightSecretFromAsync(server, "127.0.0.1");

        Assert.Equal(HttpStatusCode.TooManyRequests, next.Status);
        Assert.True(next.Headers.ContainsKey("Retry-After"));
        Assert.Equal(HttpStatusCode.OK, elsewhere);
        Assert.Equal(HttpStatusCode.OK, later);
    }

    [Theory]
    [InlineData("/connect/token/")]
    [InlineData("/CONNECT/TOKEN")]
    [Spec("AA-T018")]
    public async Task Another_spelling_of_the_endpoint_is_as_strict(string path)
    {
        await using var server = await AuthServer.StartAsync();
        var service = Agent.Service(server);

        var query = await service.PostAsync(path + "?client_secret=demo-service-secret", [.. ForItself, ("client_id", "demo-service")]);
        var twice = await service.PostAsync(
            path, [.. ForItself, ("grant_type", "client_credentials"), ("client_id", "demo-service"),
                ("client_secret", "demo-service-secret")]);

        Assert.Equal("invalid_request", query.Error);
        Assert.Equal("invalid_request", twice.Error);
    }

    private static async Task<HttpStatusCode> RightSecretFromAsync(AuthServer server, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token");
        request.Headers.Add("X-Test-Address", address);
        request.Headers.Authorization = Basic("demo-service:demo-service-secret");
        request.Content = new FormUrlEncodedContent(ForItself.Select(p => KeyValuePair.Create(p.Item1, p.Item2)));
        using var response = await server.Http().SendAsync(request);
        return response.StatusCode;
    }

    private static AuthenticationHeaderValue Basic(string credentials) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
}

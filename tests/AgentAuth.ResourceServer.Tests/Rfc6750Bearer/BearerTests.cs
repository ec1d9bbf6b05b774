using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests.Rfc6750Bearer;

public sealed class BearerTests
{
    private const string Where = "resource_metadata=\"https://api.test/.well-known/oauth-protected-resource/mail\"";

    [Fact]
    public async Task Who_sends_no_token_learns_where_to_get_one_and_no_error()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.OpenAsync();

        Assert.Equal(401, answer.Status);
        Assert.Equal($"Bearer scope=\"mail.read mail.send\", {Where}", answer.Challenge);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal("unauthorized", answer.Error);
    }

    [Fact]
    public async Task The_first_challenge_asks_for_the_configured_scopes()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer, o => o.ChallengeScopes = ["mail.read", "offline_access"]);

        var answer = await api.OpenAsync();

        Assert.Contains("scope=\"mail.read\"", answer.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_token_is_called_so()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.OpenAsync("not.a.token");

        Assert.Equal(401, answer.Status);
        Assert.StartsWith("Bearer error=\"invalid_token\", error_description=\"", answer.Challenge, StringComparison.Ordinal);
        Assert.EndsWith(Where, answer.Challenge, StringComparison.Ordinal);
        Assert.Equal("invalid_token", answer.Error);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    [Fact]
    public async Task A_good_token_says_who_calls()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.OpenAsync(issuer.Mint(MailApi.Identifier, "mail.read mail.send", claims => claims.Remove("gid")));

        Assert.Equal(200, answer.Status);
        Assert.Equal("alice", (string?)answer.Json["subject"]);
        Assert.Equal("claude", (string?)answer.Json["clientId"]);
        Assert.Null(answer.Json["grantId"]);
        Assert.Equal("""["mail.read","mail.send"]""", answer.Json["scopes"]?.ToJsonString());
    }

    [Fact]
    public async Task A_missing_scope_is_answered_with_all_scopes_of_the_operation()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.Agent.GetAsync("/mail/outbox", api.Token());

        Assert.Equal(403, answer.Status);
        Assert.StartsWith("Bearer error=\"insufficient_scope\"", answer.Challenge, StringComparison.Ordinal);
        Assert.Contains("scope=\"mail.send mail.read\"", answer.Challenge, StringComparison.Ordinal);
        Assert.EndsWith(Where, answer.Challenge, StringComparison.Ordinal);
        Assert.Equal("insufficient_scope", answer.Error);
        Assert.Equal(200, (await api.Agent.GetAsync("/mail/outbox", api.Token("mail.read mail.send"))).Status);
    }

    [Fact]
    public async Task A_scope_that_contains_the_needed_ones_suffices()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer, o =>
        {
            o.ImpliedScopes["mail"] = ["mail.send"];
            o.ImpliedScopes["mail.send"] = ["mail.read"];
        });

        Assert.Equal(200, (await api.Agent.GetAsync("/mail/outbox", api.Token("mail"))).Status);
    }

    [Fact]
    public async Task Two_authorization_headers_are_malformed()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        using var http = new RawHttp(api.Agent.Address);
        var answer = await http.GetAsync("/mail", $"Authorization: Bearer {api.Token()}\r\nAuthorization: Bearer {api.Token()}\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_request\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_in_the_query_is_refused_even_beside_a_good_header()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var alone = await api.Agent.GetAsync($"/mail?access_token={api.Token()}");
        var beside = await api.Agent.GetAsync($"/mail?access_token={api.Token()}", api.Token());

        Assert.Equal(400, alone.Status);
        Assert.Equal(400, beside.Status);
        Assert.Equal("invalid_request", beside.Error);
    }

    [Fact]
    public async Task A_token_in_a_form_is_not_seen()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.Agent.SendAsync(HttpMethod.Post, "/mail", token: null, request =>
            request.Content = new FormUrlEncodedContent([new("access_token", api.Token())]));

        Assert.Equal(401, answer.Status);
        Assert.DoesNotContain("error=", answer.Challenge, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer", 400)]
    [InlineData("Bearer one two", 400)]
    [InlineData("Bearer one, Bearer two", 400)]
    [InlineData("Basic YTpi", 401)]
    [InlineData("Bearerx one", 401)]
    [InlineData("DPoP one", 401)]
    public async Task Other_authorization_headers_are_refused(string header, int status)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.OpenAsync(with: request => request.Headers.TryAddWithoutValidation("Authorization", header));

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task The_scheme_is_read_in_any_case()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.OpenAsync(
            with: request => request.Headers.TryAddWithoutValidation("Authorization", $"bearer {api.Token()}"));

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task What_is_not_protected_stays_open()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        Assert.Equal(200, (await api.Agent.GetAsync("/open")).Status);
    }
}

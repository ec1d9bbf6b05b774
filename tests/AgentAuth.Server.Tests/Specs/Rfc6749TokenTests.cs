using System.Net;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>The token endpoint: codes, a client's own tokens, answers and errors.</summary>
public sealed class Rfc6749TokenTests
{
    [Fact]
    [Spec("RFC 6749", "4.1.2")]
    [Spec("RFC 9700", "4.5")]
    [Spec("AA-T032")]
    public async Task A_code_that_comes_a_second_time_kills_what_the_first_bought()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var code = await claude.CodeFromAsync(server.Browser());
        var first = await claude.RedeemAsync(code);
        Assert.True(await mail.SeesAsync(first.AccessToken));

        var second = await claude.RedeemAsync(code);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (second.Status, second.Error));
        Assert.False(await mail.SeesAsync(first.AccessToken));
        Assert.Equal("invalid_grant", (await claude.RefreshAsync(first.RefreshToken)).Error);
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(61, false)]
    [Spec("RFC 6749", "4.1.2")]
    [Spec("AA-T034")]
    public async Task A_code_lives_one_minute(int seconds, bool isAlive)
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var code = await claude.CodeFromAsync(server.Browser());

        server.Clock.Advance(TimeSpan.FromSeconds(seconds));
        var answer = await claude.RedeemAsync(code);

        Assert.Equal(isAlive, answer.IsGood);
        Assert.Equal(isAlive ? null : "invalid_grant", answer.Error);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("mail.read")]
    [InlineData("openid offline_access mail.read")]
    [InlineData("openid profile email offline_access")]
    [Spec("RFC 6749", "4.4.3")]
    [Spec("AA-T055")]
    public async Task A_client_acting_for_itself_gets_an_access_token_and_nothing_else(string? scope)
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Service(server).ForItselfAsync(("scope", scope));

        Assert.True(answer.IsGood, answer.Body);
        Assert.Equal("mail.read", answer.Text("scope") ?? answer.Claims.GetProperty("scope").GetString());
        Assert.False(answer.Has("refresh_token"));
        Assert.False(answer.Has("id_token"));
    }

    [Theory]
    [InlineData("mail.send", "invalid_scope")] // not this client's
    [InlineData("mail.read mail.send", "invalid_scope")]
    [InlineData("files.read", "invalid_scope")] // another resource's
    [InlineData("no.such", "invalid_scope")]
    [InlineData("MAIL.READ", "invalid_scope")]
    [Spec("RFC 6749", "5.2")]
    [Spec("AA-T100")]
    public async Task A_client_acting_for_itself_gets_no_scope_it_was_not_given(string scope, string error)
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Service(server).ForItselfAsync(("scope", scope));

        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
    }

    [Fact]
    [Spec("RFC 6749", "4.4")]
    public async Task An_agent_that_acts_for_people_cannot_act_for_itself()
    {
        await using var server = await AuthServer.StartAsync();

        Assert.Equal("unauthorized_client", (await Agent.Web(server).ForItselfAsync()).Error);
        Assert.Contains((await Agent.Native(server).ForItselfAsync()).Error, new[] { "unauthorized_client", "invalid_client" });
    }

    [Theory]
    [InlineData(null, "invalid_request")]
    [InlineData("", "invalid_request")]
    [InlineData("password", "unsupported_grant_type")]
    [InlineData("implicit", "unsupported_grant_type")]
    [InlineData("AUTHORIZATION_CODE", "unsupported_grant_type")]
    [InlineData("urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type")]
    [InlineData("urn:ietf:params:oauth:grant-type:token-exchange", "unsupported_grant_type")]
    [InlineData("urn:ietf:params:oauth:grant-type:device_code", "unsupported_grant_type")]
    [Spec("RFC 6749", "5.2")]
    public async Task Grants_that_are_not_offered_are_refused_by_name(string? grant, string error)
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Web(server).TokenAsync([("grant_type", grant), ("username", People.Alice), ("password", People.Password)]);

        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
    }

    [Fact]
    [Spec("RFC 6749", "5.1")]
    public async Task Good_and_bad_answers_are_json_that_nobody_keeps()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);

        var good = await claude.TokensFromAsync(server.Browser());
        var bad = await claude.RefreshAsync("no-such-token");

        Assert.Equal("Bearer", good.Text("token_type"));
        Assert.All([good, bad], a => Assert.Contains("no-store", a.Headers["Cache-Control"], StringComparison.Ordinal));
        Assert.Equal("invalid_grant", bad.Error);
        Assert.DoesNotContain("openiddict", good.Body + bad.Body, StringComparison.OrdinalIgnoreCase);
        Assert.False(bad.Has("error_uri"));
    }

    [Fact]
    [Spec("RFC 6749", "5.2")]
    [Spec("AA-T057")]
    public async Task No_token_passes_for_one_of_another_kind()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, mail, alice) = (Agent.Native(server), Agent.MailServer(server), server.Browser());
        var tokens = await claude.TokensFromAsync(alice);
        var code = await claude.CodeFromAsync(alice);
        var idToken = tokens.Text("id_token")!;

        Assert.Equal("invalid_grant", (await claude.RefreshAsync(tokens.AccessToken)).Error);
        Assert.Equal("invalid_grant", (await claude.RefreshAsync(idToken)).Error);
        Assert.Equal("invalid_grant", (await claude.RefreshAsync(code)).Error);
        Assert.Equal("invalid_grant", (await claude.RedeemAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await claude.RedeemAsync(tokens.AccessToken)).Error);
        foreach (var other in new[] { idToken, code, tokens.RefreshToken })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await claude.UserInfoAsync(other)).Status);
            Assert.False(await mail.SeesAsync(other));
        }
    }
}

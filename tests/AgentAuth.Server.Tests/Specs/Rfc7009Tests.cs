using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>Clients give tokens back.</summary>
public sealed class Rfc7009Tests
{
    [Theory]
    [InlineData(null)]
    [InlineData("refresh_token")]
    [InlineData("access_token")] // wrong
    [InlineData("no_such_kind")]
    [Spec("RFC 7009", "2.1")]
    [Spec("AA-T060")]
    [Spec("AA-T063")]
    public async Task A_refresh_token_given_back_takes_its_access_tokens_with_it_whatever_the_hint(string? hint)
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var tokens = await claude.TokensFromAsync(server.Browser());
        var next = await claude.RefreshAsync(tokens.RefreshToken);

        var answer = await claude.RevokeAsync(next.RefreshToken, hint);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("invalid_grant", (await claude.RefreshAsync(next.RefreshToken)).Error);
        Assert.False(await mail.SeesAsync(tokens.AccessToken));
        Assert.False(await mail.SeesAsync(next.AccessToken));
        Assert.Equal(HttpStatusCode.Unauthorized, (await claude.UserInfoAsync(next.AccessToken)).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("refresh_token")] // wrong
    [InlineData("access_token")]
    [Spec("RFC 7009", "2.1")]
    [Spec("AA-T063")]
    public async Task An_access_token_given_back_dies_alone_and_is_announced(string? hint)
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var tokens = await claude.TokensFromAsync(server.Browser());

        var answer = await claude.RevokeAsync(tokens.AccessToken, hint);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.False(await mail.SeesAsync(tokens.AccessToken));
        Assert.Equal(HttpStatusCode.Unauthorized, (await claude.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.True((await claude.RefreshAsync(tokens.RefreshToken)).IsGood);
        var told = Assert.Single(await server.LookAsync(db => db.Revocations.ToListAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(tokens.Claims.GetProperty("jti").GetString(), told.Value);
    }

    [Fact]
    [Spec("RFC 7009", "2.2")]
    [Spec("AA-T063")]
    public async Task Giving_back_twice_or_what_never_was_is_no_error()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser());
        string[] given =
            [tokens.AccessToken, tokens.AccessToken, tokens.RefreshToken, tokens.RefreshToken, "never-was", "a.b.c",
                new string('x', 10_000), "' OR 1=1--"];

        foreach (var token in given)
        {
            var answer = await claude.RevokeAsync(token);

            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.DoesNotContain("error", answer.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [Spec("RFC 7009", "2.2.1")]
    [Spec("AA-T063")]
    public async Task Giving_back_nothing_is_a_bad_request(string? token)
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Native(server).PostAsync("/connect/revoke", [("token", token)]);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("demo-web-2", "demo-web-2-secret")]
    [InlineData("demo-native", null)]
    [InlineData("demo-service", "demo-service-secret")]
    [Spec("RFC 7009", "2.1")]
    [Spec("AA-T035")]
    public async Task Another_clients_tokens_cannot_be_given_back_and_look_unknown(string other, string? secret)
    {
        await using var server = await AuthServer.StartAsync();
        var (web, mail) = (Agent.Web(server), Agent.MailServer(server));
        var tokens = await web.TokensFromAsync(server.Browser());
        var stranger = new Agent(server.Http(), other, secret, "");

        var unknown = await stranger.RevokeAsync("never-was");
        var access = await stranger.RevokeAsync(tokens.AccessToken);
        var refresh = await stranger.RevokeAsync(tokens.RefreshToken);

        Assert.Equal((unknown.Status, unknown.Body), (access.Status, access.Body));
        Assert.Equal((unknown.Status, unknown.Body), (refresh.Status, refresh.Body));
        Assert.True(await mail.SeesAsync(tokens.AccessToken));
        Assert.True((await web.RefreshAsync(tokens.RefreshToken)).IsGood);
    }

    [Theory]
    [InlineData("demo-web", null)]
    [InlineData("demo-web", "wrong")]
    [InlineData("nobody", null)]
    [InlineData("", null)]
    [Spec("RFC 7009", "2.1")]
    [Spec("AA-T035")]
    public async Task Nobody_gives_back_tokens_without_proving_who_they_are(string name, string? secret)
    {
        await using var server = await AuthServer.StartAsync();
        var (web, mail) = (Agent.Web(server), Agent.MailServer(server));
        var tokens = await web.TokensFromAsync(server.Browser());

        var answer = await new Agent(server.Http(), name, secret, "").RevokeAsync(tokens.RefreshToken);

        Assert.Contains(answer.Error, new[] { "invalid_client", "invalid_request" });
        Assert.True(await mail.SeesAsync(tokens.AccessToken));
    }

    [Fact]
    [Spec("RFC 7009", "2")]
    public async Task A_service_gives_its_own_token_back()
    {
        await using var server = await AuthServer.StartAsync();
        var (service, mail) = (Agent.Service(server), Agent.MailServer(server));
        var tokens = await service.ForItselfAsync();

        await service.RevokeAsync(tokens.AccessToken);

        Assert.False(await mail.SeesAsync(tokens.AccessToken));
    }

    [Fact]
    [Spec("RFC 7009", "2.1")]
    [Spec("AA-T048")]
    public async Task A_rotated_refresh_token_given_back_ends_the_family_too()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var old = await claude.TokensFromAsync(server.Browser());
        var next = await claude.RefreshAsync(old.RefreshToken);

        await claude.RevokeAsync(old.RefreshToken);

        Assert.Equal("invalid_grant", (await claude.RefreshAsync(next.RefreshToken)).Error);
        Assert.False(await Agent.MailServer(server).SeesAsync(next.AccessToken));
    }
}

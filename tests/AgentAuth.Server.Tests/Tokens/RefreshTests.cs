using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>Refresh tokens: each is good once, for its client, for no more than was granted.</summary>
public sealed class RefreshTests
{
    [Theory]
    [InlineData("demo-native", null, Agent.Callback)]
    [InlineData("demo-web", "demo-web-secret", Agent.WebCallback)]
    [Spec("RFC 9700", "4.14.2")]
    public async Task A_refresh_gives_a_new_pair_of_tokens(string client, string? secret, string callback)
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, mail) = (new Agent(server.Http(), client, secret, callback), Agent.MailServer(server));
        var first = await agent.TokensFromAsync(server.Browser());

        var second = await agent.RefreshAsync(first.RefreshToken);

        Assert.True(second.IsGood, second.Body);
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.NotEqual(first.AccessToken, second.AccessToken);
        Assert.True(await mail.SeesAsync(second.AccessToken));
        Assert.Equal(first.Claims.GetProperty("gid").GetString(), second.Claims.GetProperty("gid").GetString());
    }

    [Fact]
    [Spec("RFC 9700", "4.14.2")]
    [Spec("AA-T048")]
    public async Task A_used_refresh_token_that_comes_back_kills_the_whole_family()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var first = await claude.TokensFromAsync(server.Browser());
        var second = await claude.RefreshAsync(first.RefreshToken);
        var third = await claude.RefreshAsync(second.RefreshToken);

        server.PassGrace();
        var replay = await claude.RefreshAsync(first.RefreshToken);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (replay.Status, replay.Error));
        Assert.Equal("invalid_grant", (await claude.RefreshAsync(third.RefreshToken)).Error);
        foreach (var token in new[] { first.AccessToken, second.AccessToken, third.AccessToken })
        {
            Assert.False(await mail.SeesAsync(token));
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await claude.UserInfoAsync(third.AccessToken)).Status);
    }

    [Fact]
    [Spec("AA-T048")]
    public async Task A_replay_is_noted_once_and_the_resource_servers_are_told()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var first = await claude.TokensFromAsync(server.Browser());
        await claude.RefreshAsync(first.RefreshToken);

        server.PassGrace();
        await claude.RefreshAsync(first.RefreshToken);
        await claude.RefreshAsync(first.RefreshToken);

        var grant = first.Claims.GetProperty("gid").GetString();
        var noted = await server.LookAsync(db => db.AuditEntries.Where(e => e.Act == "grant.replay").ToListAsync());
        var told = await server.LookAsync(db => db.Revocations.ToListAsync());
        Assert.Equal($"grant {grant}", Assert.Single(noted).Target);
        Assert.Equal(grant, Assert.Single(told).Value);
    }

    [Theory]
    [InlineData("demo-web-2", "demo-web-2-secret")]
    [InlineData("demo-native", null)]
    [InlineData("demo-web", "wrong")]
    [InlineData("demo-web", null)]
    [InlineData("demo-service", "demo-service-secret")]
    [Spec("RFC 6749", "6")]
    [Spec("AA-T050")]
    public async Task A_refresh_token_is_good_for_its_own_client_only_and_outlives_a_thiefs_try(string thief, string? secret)
    {
        await using var server = await AuthServer.StartAsync();
        var web = Agent.Web(server);
        var tokens = await web.TokensFromAsync(server.Browser());

        var stolen = await new Agent(server.Http(), thief, secret, "").RefreshAsync(tokens.RefreshToken);
        var own = await web.RefreshAsync(tokens.RefreshToken);

        Assert.Contains(stolen.Error, new[] { "invalid_grant", "invalid_client", "unauthorized_client" });
        Assert.True(own.IsGood, own.Body);
    }

    [Fact]
    [Spec("RFC 6749", "6")]
    [Spec("AA-T051")]
    public async Task Asking_for_less_gives_less_once_and_does_not_shrink_the_grant()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var all = await claude.TokensFromAsync(server.Browser());

        var less = await claude.RefreshAsync(all.RefreshToken, ("scope", "mail.read"));
        var again = await claude.RefreshAsync(less.RefreshToken);

        Assert.Equal("mail.read", less.Claims.GetProperty("scope").GetString());
        Assert.Equal(all.Claims.GetProperty("scope").GetString(), again.Claims.GetProperty("scope").GetString());
    }

    [Theory]
    [InlineData("scope", "mail.read mail.delete", "invalid_scope")] // exists, was not granted
    [InlineData("scope", "mail.delete", "invalid_scope")]
    [InlineData("scope", "files.read", "invalid_scope")]
    [InlineData("scope", "mail.read offline_access openid email", "invalid_scope")]
    [InlineData("scope", "no.such", "invalid_scope")]
    [InlineData("scope", "MAIL.READ", "invalid_scope")]
    [InlineData("resource", AuthServer.Files, "invalid_target")]
    [InlineData("resource", "https://unknown.test/", "invalid_target")]
    [InlineData("resource", "relative", "invalid_target")]
    [InlineData("resource", AuthServer.Mail + "#x", "invalid_target")]
    [InlineData("resource", AuthServer.Mail + "/x", "invalid_target")]
    [Spec("RFC 6749", "6")]
    [Spec("RFC 8707", "2.2")]
    [Spec("AA-T051")]
    [Spec("AA-T099")]
    public async Task Asking_for_more_is_refused_and_costs_nothing(string parameter, string value, string error)
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser());

        var more = await claude.RefreshAsync(tokens.RefreshToken, (parameter, value));
        var same = await claude.RefreshAsync(tokens.RefreshToken);

        Assert.Equal((HttpStatusCode.BadRequest, error), (more.Status, more.Error));
        Assert.True(same.IsGood, same.Body);
        Assert.Equal(tokens.Claims.GetProperty("scope").GetString(), same.Claims.GetProperty("scope").GetString());
    }

    [Fact]
    [Spec("OpenID Connect Core", "11")]
    public async Task Without_offline_access_there_is_no_refresh_token()
    {
        await using var server = await AuthServer.StartAsync();

        var tokens = await Agent.Native(server).TokensFromAsync(server.Browser(), "openid mail.read");

        Assert.True(tokens.IsGood);
        Assert.False(tokens.Has("refresh_token"));
    }
}

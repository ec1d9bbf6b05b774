using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>How long an agent stays connected: 30 days unused, and until the end its person chose, by the server's clock.</summary>
public sealed class RefreshLifetimeTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromDays(30);
    private static readonly TimeSpan Absolute = TimeSpan.FromDays(90);
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    [Fact]
    [Spec("ASVS", "10.4.8")]
    [Spec("AA-T053")]
    public async Task A_refresh_token_that_lay_unused_for_a_month_is_dead()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), server.Browser());
        var used = await claude.TokensFromAsync(alice);

        server.Clock.Advance(Idle - Moment);
        var second = await claude.RefreshAsync(used.RefreshToken);
        server.Clock.Advance(Idle + Moment);
        var late = await claude.RefreshAsync(second.RefreshToken);

        Assert.True(second.IsGood, second.Body);
        Assert.Equal("invalid_grant", late.Error);
    }

    [Fact]
    [Spec("AA-T053")]
    public async Task Another_idle_time_is_the_operators_choice()
    {
        await using var server = await AuthServer.StartAsync(host => host.UseSetting("AgentAuth:Tokens:RefreshTokenIdle", "01:00:00"));
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser());

        server.Clock.Advance(TimeSpan.FromHours(1) + Moment);

        Assert.Equal("invalid_grant", (await claude.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    [Spec("ASVS", "10.4.8")]
    [Spec("AA-T052")]
    public async Task However_busy_an_agent_is_the_persons_yes_lasts_the_three_months_they_chose()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), await server.SignedInAsync());
        await alice.OpenAsync(claude.AskFor("mail.read offline_access"));
        await alice.PressAsync("Allow", ("lasts", "quarter"));
        var tokens = await claude.RedeemAsync(alice.Answer["code"]);
        var began = server.Clock.GetUtcNow();

        while (server.Clock.GetUtcNow() - began < Absolute - TimeSpan.FromDays(10))
        {
            server.Clock.Advance(TimeSpan.FromDays(10));
            tokens = await claude.RefreshAsync(tokens.RefreshToken);
            Assert.True(tokens.IsGood, tokens.Body);
        }
        server.Clock.Advance(began + Absolute - server.Clock.GetUtcNow() - Moment);
        var last = await claude.RefreshAsync(tokens.RefreshToken);
        server.Clock.Advance(Moment + Moment);
        var late = await claude.RefreshAsync(last.RefreshToken);

        Assert.True(last.IsGood, last.Body);
        Assert.True(last.Json.GetProperty("expires_in").GetInt32() <= Moment.TotalSeconds); // no token outlives the grant
        Assert.Equal("invalid_grant", late.Error);
    }

    [Fact]
    [Spec("AA-T053")]
    public async Task What_died_in_the_future_stays_dead_when_the_clock_is_set_back()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var first = await claude.TokensFromAsync(server.Browser());
        server.Clock.Advance(TimeSpan.FromHours(2));
        await claude.RefreshAsync(first.RefreshToken);
        server.PassGrace();
        await claude.RefreshAsync(first.RefreshToken); // a replay: the grant ends

        await using var earlier = server.Another(); // its clock stands where the first one's stood

        var late = await Agent.Native(earlier).RefreshAsync(first.RefreshToken);
        Assert.Equal("invalid_grant", late.Error);
        Assert.False(await Agent.MailServer(earlier).SeesAsync(first.AccessToken));
    }

    [Fact]
    [Spec("RFC 9068", "2.2")]
    [Spec("AA-T102")]
    public async Task An_access_token_is_dead_after_five_minutes()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var tokens = await claude.TokensFromAsync(server.Browser());

        server.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        Assert.False(await mail.SeesAsync(tokens.AccessToken));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await claude.UserInfoAsync(tokens.AccessToken)).Status);
    }
}

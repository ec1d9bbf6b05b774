using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>For how long something is allowed.</summary>
public sealed class HowLongTests
{
    [Theory]
    [InlineData("day", 1)]
    [InlineData("week", 7)]
    [InlineData("month", 30)]
    [InlineData("quarter", 90)]
    [Spec("AA-T052")]
    public async Task Until_the_day_that_was_chosen(string lasts, int days)
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), await server.SignedInAsync());

        await alice.OpenAsync(claude.AskFor("mail.read offline_access"));
        Assert.Equal("month", alice.Chosen("lasts"));
        await alice.PressAsync("Allow", ("lasts", lasts));
        var tokens = await claude.RedeemAsync(alice.Answer["code"]);

        var grant = await server.LookAsync(db => db.Grants.SingleAsync());
        Assert.Equal((server.Clock.GetUtcNow().AddDays(days), null), (grant.EndsAt, grant.SessionId));
        server.Clock.Advance(TimeSpan.FromDays(Math.Min(days, 29)) + TimeSpan.FromMinutes(days < 30 ? 1 : 0));
        Assert.Equal(days >= 30, (await claude.RefreshAsync(tokens.RefreshToken)).IsGood); // an end caps every refresh
    }

    [Fact]
    public async Task Without_an_end_only_for_who_has_proved_a_domain()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read"));
        await alice.PressAsync("Allow", ("lasts", "unending"));
        Assert.Equal(Grant.Unending, (await server.LookAsync(db => db.Grants.SingleAsync())).EndsAt);

        foreach (var agent in new[]
        {
            Agent.Native(server), await server.RegisterAsync("self", "https://e.test/cb", Trust.SelfDeclared),
        })
        {
            await alice.OpenAsync(agent.AskFor("mail.read"));
            Assert.Null(alice.Page.QuerySelector("input[value=unending]"));
            await alice.PressAsync("Allow", ("lasts", "unending"));
            Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
            Assert.Contains("Choose one of the ends that are offered.", alice.Text, StringComparison.Ordinal);
        }

        Assert.Equal(1, await server.LookAsync(db => db.Grants.CountAsync()));
    }

    [Theory]
    [InlineData("keep")] // there is nothing to keep
    [InlineData("year")]
    [InlineData("")]
    public async Task An_end_that_is_not_offered_is_none(string lasts)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read"));
        await alice.PressAsync("Allow", ("lasts", lasts));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Equal(0, await server.LookAsync(db => db.Grants.CountAsync()));
    }

    [Fact]
    public async Task A_session_is_this_one_and_no_longer_than_it_may_last()
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, alice, elsewhere) = (Agent.Web(server), await server.SignedInAsync(), await server.SignedInAsync());

        await alice.OpenAsync(agent.AskFor("mail.read"));
        await alice.PressAsync("Allow", ("lasts", "session"));

        var grant = await server.LookAsync(db => db.Grants.SingleAsync());
        var session = await server.LookAsync(db => db.Sessions.SingleAsync(s => s.Id == grant.SessionId));
        Assert.Equal(session.EndsAt, grant.EndsAt);
        await alice.OpenAsync(agent.AskFor("mail.read"));
        Assert.Contains("code", alice.Answer.Keys); // remembered here
        await elsewhere.OpenAsync(agent.AskFor("mail.read"));
        Assert.StartsWith("/consent/", elsewhere.Url, StringComparison.Ordinal); // and asked about there
    }

    [Fact]
    public async Task Who_chose_an_end_of_their_own_is_offered_it_again()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), await server.SignedInAsync());
        await alice.OpenAsync(claude.AskFor("mail.read"));
        await alice.PressAsync("Allow", ("lasts", "quarter"));
        var end = (await server.LookAsync(db => db.Grants.SingleAsync())).EndsAt;

        server.Clock.Advance(TimeSpan.FromHours(1));
        await alice.OpenAsync(claude.AskFor("mail.read"));
        Assert.Equal("keep", alice.Chosen("lasts"));
        await alice.PressAsync("Allow");

        Assert.Equal(end, (await server.LookAsync(db => db.Grants.SingleAsync())).EndsAt);
    }

    [Fact]
    public async Task Who_took_the_usual_end_is_offered_the_usual_one_from_now_on()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), await server.SignedInAsync());
        await claude.CodeFromAsync(alice, "mail.read");

        server.Clock.Advance(TimeSpan.FromHours(1));
        await claude.CodeFromAsync(alice, "mail.read");

        Assert.Equal(server.Clock.GetUtcNow().AddDays(30), (await server.LookAsync(db => db.Grants.SingleAsync())).EndsAt);
    }

    [Fact]
    public async Task An_operator_may_propose_less()
    {
        await using var server = await AuthServer.StartAsync(host => host
            .UseSetting("AgentAuth:Tokens:RefreshTokenIdle", "2.00:00:00").UseSetting("AgentAuth:Tokens:Grant", "3.00:00:00"));
        var (claude, alice) = (Agent.Native(server), await server.SignedInAsync());

        await alice.OpenAsync(claude.AskFor("mail.read"));
        Assert.Contains("As is usual here", alice.Text, StringComparison.Ordinal);
        await alice.PressAsync("Allow");

        Assert.Equal(server.Clock.GetUtcNow().AddDays(3), (await server.LookAsync(db => db.Grants.SingleAsync())).EndsAt);
    }
}

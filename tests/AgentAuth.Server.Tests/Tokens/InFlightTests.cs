using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>What is taken away while a request that was found to be good is still on its way.</summary>
public sealed class InFlightTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Spec("AA-T054")]
    public async Task A_token_that_a_service_got_while_it_was_being_blocked_is_dead(bool shortPath)
    {
        await using var server = await AuthServer.StartAsync(shortPath ? null : Paths.OnlyTheWholePipeline);
        var (service, mail) = (Agent.Service(server), Agent.MailServer(server));

        await server.ChangeAsync(async db => (await db.Clients.SingleAsync(c => c.ClientId == "demo-service")).KillTokens(server.Clock));
        server.Clock.Advance(Client.LateTokens - TimeSpan.FromSeconds(1));
        var late = await service.ForItselfAsync();
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        var after = await service.ForItselfAsync();

        Assert.Equal("temporarily_unavailable", late.Error);
        Assert.True(await mail.SeesAsync(after.AccessToken));
    }

    [Fact]
    public async Task A_code_that_came_too_early_after_an_ending_is_good_when_it_comes_again_as_told()
    {
        await using var server = await AuthServer.StartAsync();
        var web = Agent.Web(server);
        await server.ChangeAsync(async db => (await db.Clients.SingleAsync(c => c.ClientId == "demo-web")).KillTokens(server.Clock));
        var code = await web.CodeFromAsync(server.Browser());

        var early = await web.RedeemAsync(code);
        server.Clock.Advance(Client.LateTokens + TimeSpan.FromSeconds(1));

        Assert.Equal("temporarily_unavailable", early.Error);
        Assert.True((await web.RedeemAsync(code)).IsGood);
    }

    [Fact]
    [Spec("AA-T054")]
    public async Task What_is_withdrawn_while_allow_is_pressed_is_not_allowed()
    {
        var meanwhile = new JustBefore();
        await using var server = await AuthServer.StartAsync(meanwhile.Attach);
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read"));

        meanwhile.TheNextTransaction(() => server.ChangeAsync(
            async db => db.Remove(await db.Scopes.SingleAsync(s => s.Name == "mail.read"))));
        await alice.PressAsync("Allow");

        Assert.Equal(HttpStatusCode.Gone, alice.Status);
        Assert.Contains("no longer offered", alice.Text, StringComparison.Ordinal);
        Assert.Equal(0, await server.LookAsync(db => db.Grants.CountAsync()));
    }
}

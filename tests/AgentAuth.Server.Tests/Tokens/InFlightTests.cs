using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>What is taken away while a request that was found to be good is still on its way.</summary>
public sealed class InFlightTests
{
    [Fact]
    [Spec("AA-T054")]
    public async Task A_service_blocked_after_it_was_let_in_gets_no_token()
    {
        var meanwhile = new JustBefore();
        await using var server = await AuthServer.StartAsync(meanwhile.Attach);
        var service = Agent.Service(server);

        meanwhile.TheNextTransaction(() => server.ChangeAsync(
            async db => (await db.Clients.SingleAsync(c => c.ClientId == "demo-service")).Block(server.Clock)));
        var answer = await service.ForItselfAsync();

        Assert.Equal("temporarily_unavailable", answer.Error);
        Assert.Equal("invalid_client", (await service.ForItselfAsync()).Error);
        Assert.Equal(0, await server.LookAsync(db => db.Tokens.CountAsync()));
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

using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>What makes all nodes forget what they remember of clients: only what they could remember wrongly.</summary>
public sealed class CatalogNewsTests
{
    [Fact]
    [Spec("AA-T085")]
    public async Task Who_introduces_itself_costs_other_clients_nothing()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        var before = await NewsAsync(server);

        await server.SelfRegisterAsync();
        await server.Browser().OpenAsync(Described.Agent(server).AskFor());

        Assert.Equal(2, await server.LookAsync(db => db.Clients.CountAsync(c => c.Origin != Origin.ByAdministrator)));
        Assert.Equal(before, await NewsAsync(server));
    }

    [Fact]
    public async Task Who_was_asked_for_before_it_introduced_itself_is_known_afterwards()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        var agent = Described.Agent(server);
        Assert.Equal("invalid_client", (await agent.RefreshAsync("none")).Error);

        var tokens = await agent.TokensFromAsync(await server.SignedInAsync());

        Assert.True((await agent.RefreshAsync(tokens.RefreshToken)).IsGood);
    }

    [Fact]
    public async Task Who_goes_and_comes_back_is_not_taken_for_who_it_was()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        await using var other = server.Another(web.Around());
        await server.Browser().OpenAsync(Described.Agent(server).AskFor());
        Assert.Equal("invalid_grant", (await Described.Agent(server).RefreshAsync("none")).Error);
        Assert.Equal("invalid_grant", (await Described.Agent(other).RefreshAsync("none")).Error);
        server.Clock.Advance(UnusedClients.Lifetime + Freshness.Ceiling);
        await server.PruneAsync();

        Assert.False(await server.LookAsync(db => db.Clients.AnyAsync(c => c.ClientId == Described.App)));
        Assert.Equal(1, await NewsAsync(server)); // those before it were old
        await Task.WhenAll(server.HearsAsync(), other.HearsAsync());
        Assert.Equal("invalid_client", (await Described.Agent(server).RefreshAsync("none")).Error);
        Assert.Equal("invalid_client", (await Described.Agent(other).RefreshAsync("none")).Error);
        var tokens = await Described.Agent(server).TokensFromAsync(await server.SignedInAsync());
        Assert.True(tokens.IsGood, tokens.Body);
    }

    private static Task<int> NewsAsync(AuthServer server) => server.LookAsync(db => db.CatalogChanges.CountAsync());
}

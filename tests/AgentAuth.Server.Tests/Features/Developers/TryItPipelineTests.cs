using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Developers;

/// <summary>What the playground has sent goes the way that a request from outside goes.</summary>
public sealed class TryItPipelineTests
{
    /// <summary>Limits for who sends too much count it for the developer's network, not for the server.</summary>
    [Fact]
    public async Task It_comes_from_the_address_of_who_pressed_the_button()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = server.Browser("203.0.113.9");
        await dev.SignInAsync(People.Developer);
        await dev.BeginsARunAsync();

        await dev.PressAsync("A made-up code");
        var id = dev.WhyId();
        await server.WritesDownAsync(id);
        var neighbour = server.Browser("203.0.113.9");
        await neighbour.OpenAsync(Agent.Web(server).AskFor("no.such.scope"));
        await server.WritesDownAsync(neighbour.ErrorId());
        var stranger = server.Browser("198.51.100.7");
        await stranger.OpenAsync(Agent.Web(server).AskFor("no.such.scope"));
        await server.WritesDownAsync(stranger.ErrorId());

        var senders = await server.LookAsync(db => db.RefusedRequests.ToDictionaryAsync(r => r.Id, r => r.Sender));
        Assert.Equal(senders[neighbour.ErrorId()], senders[id]);
        Assert.NotEqual(senders[stranger.ErrorId()], senders[id]);
    }

    /// <summary>It is part of a request that was let in: with two places for one, busy pages would wait for each other.</summary>
    [Fact]
    public async Task It_needs_no_second_place_on_a_busy_server()
    {
        await using var server = await AuthServer.StartAsync(host =>
        {
            host.UseSetting("AgentAuth:Load:AtOnce", "1");
            host.UseSetting("AgentAuth:Load:Waiting", "0");
        });

        var dev = await server.TriesAsync();

        Assert.StartsWith("HTTP/1.1 200 OK", dev.Came(), StringComparison.Ordinal);
    }

    /// <summary>The headers too are those a client gets.</summary>
    [Fact]
    public async Task Its_answers_are_those_a_client_gets()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();

        Assert.Contains("Cache-Control: no-store", dev.Came(), StringComparison.Ordinal);
        Assert.Contains("X-Content-Type-Options: nosniff", dev.Came(), StringComparison.Ordinal);
        Assert.Contains("Host: localhost:5100", dev.Sent(), StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/x-www-form-urlencoded", dev.Sent(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_with_a_path_has_it_below_its_path()
    {
        await using var server = await AuthServer.StartAsync(host => host.UseIssuer(AuthServer.Issuer + "/tenant"));
        var dev = server.Browser();
        await dev.OpenAsync("/tenant/sign-in");
        await dev.SignInAsync(People.Developer);
        await dev.OpenAsync("/tenant/developers/try");

        await dev.PressAsync("Begin");
        Assert.StartsWith("/tenant/connect/authorize?", dev.AuthorizeLink(), StringComparison.Ordinal);
        await dev.AllowsAsync();
        await dev.PressAsync("Redeem the code");

        Assert.StartsWith("POST /tenant/connect/token HTTP/1.1", dev.Sent(), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 OK", dev.Came(), StringComparison.Ordinal);
        Assert.Contains($"Issuer good {AuthServer.Issuer}/tenant", dev.Checks(), StringComparison.Ordinal);
    }
}

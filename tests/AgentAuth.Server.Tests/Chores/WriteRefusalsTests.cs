using AgentAuth.Server.Chores;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Chores;

/// <summary>What is kept of refusals is bounded, and a flood pushes out itself.</summary>
public sealed class WriteRefusalsTests
{
    [Fact]
    public async Task Who_floods_is_noted_so_often_a_minute_and_others_as_ever()
    {
        await using var server = await AuthServer.StartAsync();
        using var flood = From(server, "192.0.2.1");
        for (var i = 0; i < RefusalBook.MaxOfSender + 20; i++)
        {
            Assert.NotNull((await RefusedAsync(flood)).Text("error_id")); // there is one, though nobody will explain it
        }

        using var other = From(server, "192.0.2.2");
        await server.WritesDownAsync((await RefusedAsync(other)).ErrorId());

        Assert.Equal(RefusalBook.MaxOfSender + 1, await server.LookAsync(db => db.RefusedRequests.CountAsync()));
    }

    /// <summary>Many developers may sit behind one address; who invents names gets nothing by it.</summary>
    [Theory]
    [InlineData("demo-native", true)]
    [InlineData("invented", false)]
    public async Task A_client_that_is_known_has_places_of_its_own_in_a_network_that_used_up_its_share(string client, bool isKept)
    {
        await using var server = await AuthServer.StartAsync();
        using var http = From(server, "192.0.2.1");
        for (var i = 0; i < RefusalBook.MaxOfSender; i++)
        {
            await RefusedAsync(http);
        }
        string? last = null;
        for (var i = 0; i < RefusalBook.MaxOfClient + 5; i++)
        {
            last = (await new Agent(http, client, null, "").RefreshAsync("none-of-ours")).ErrorId();
        }
        using var other = From(server, "192.0.2.2");
        await server.WritesDownAsync((await RefusedAsync(other)).ErrorId());

        Assert.Equal(
            isKept ? RefusalBook.MaxOfClient : 0,
            await server.LookAsync(db => db.RefusedRequests.CountAsync(r => r.ClientId == client)));
        Assert.False(await server.LookAsync(db => db.RefusedRequests.AnyAsync(r => r.Id == last)));
    }

    [Fact]
    public async Task Of_one_network_the_newest_are_kept_and_of_others_all()
    {
        await using var server = await AuthServer.StartAsync();
        var (flooder, quiet) = (new string('f', 32), new string('e', 32));
        using var http = From(server, "192.0.2.1");
        var first = (await RefusedAsync(http)).ErrorId();
        await server.WritesDownAsync(first);
        var sender = await server.LookAsync(db => db.RefusedRequests.Select(r => r.Sender).SingleAsync());
        await server.ChangeAsync(db => FillAsync(db, server, sender, "some-client", WriteRefusals.MaxOfSender));
        await server.ChangeAsync(db => FillAsync(db, server, quiet, "some-client", 3));

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await server.WritesDownAsync((await RefusedAsync(http)).ErrorId());
        await EventuallyAsync(server, db => db.RefusedRequests.CountAsync(r => r.Sender == sender), WriteRefusals.MaxOfSender);

        Assert.Equal(3, await server.LookAsync(db => db.RefusedRequests.CountAsync(r => r.Sender == quiet)));
        Assert.Equal(0, await server.LookAsync(db => db.RefusedRequests.CountAsync(r => r.Sender == flooder)));
    }

    [Fact]
    public async Task Of_one_client_the_loudest_network_makes_room()
    {
        await using var server = await AuthServer.StartAsync();
        var (loud, quiet) = (new string('f', 32), new string('e', 32));
        await server.ChangeAsync(db => FillAsync(db, server, quiet, "demo-web", WriteRefusals.MaxOfClient / 4));
        await server.ChangeAsync(db => FillAsync(db, server, loud, "demo-web", WriteRefusals.MaxOfClient));
        using var http = From(server, "192.0.2.1");

        var id = (await new Agent(http, "demo-web", "demo-web-secret", "").RefreshAsync("none-of-ours")).ErrorId();
        await server.WritesDownAsync(id);
        await EventuallyAsync(server, db => db.RefusedRequests.CountAsync(), WriteRefusals.MaxOfClient);

        Assert.Equal(
            WriteRefusals.MaxOfClient / 4, await server.LookAsync(db => db.RefusedRequests.CountAsync(r => r.Sender == quiet)));
        Assert.True(await server.LookAsync(db => db.RefusedRequests.AnyAsync(r => r.Id == id)));
    }

    private static HttpClient From(AuthServer server, string address)
    {
        var http = server.Http();
        http.DefaultRequestHeaders.Add("X-Test-Address", address);
        return http;
    }

    private static Task<TokenAnswer> RefusedAsync(HttpClient http) =>
        new Agent(http, "some-client", null, "").RefreshAsync("none-of-ours");

    private static async Task FillAsync(AgentAuthDb db, AuthServer server, string sender, string client, int rows)
    {
        await db.AddRangeAsync(Enumerable.Range(0, rows).Select(_ => new RefusedRequest
        {
            Id = RefusalBook.NewId(),
            At = server.Clock.GetUtcNow(),
            Rule = RequestRules.Other.Name,
            Error = "invalid_request",
            Words = "",
            Endpoint = "",
            ClientId = client,
            Sender = sender,
            Sent = "[]",
        }));
    }

    /// <summary>Room is made after the writing.</summary>
    private static async Task EventuallyAsync(AuthServer server, Func<AgentAuthDb, Task<int>> count, int expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var glance = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await server.LookAsync(count) != expected)
        {
            await glance.WaitForNextTickAsync(patience.Token);
        }
    }
}

using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs.Rfc7591Registration;

/// <summary>Anybody may register, so somebody will register without end.</summary>
public sealed class FloodTests
{
    private const int AtOnce = 10;

    [Fact]
    [Spec("AA-T085")]
    public Task A_flood_from_everywhere_leaves_the_database_bounded_and_the_door_open() => FloodAsync(2_500);

    [Fact]
    [Trait("Run", "WhenAsked")]
    [Spec("AA-T085")]
    public Task Ten_thousand_from_everywhere_leave_the_database_bounded_and_the_door_open() => FloodAsync(10_000);

    [Fact]
    [Spec("AA-T085")]
    public void In_a_crowd_a_network_gets_few_places_and_each_gets_some()
    {
        var limits = new RegistrationLimits(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(), isOn: true);
        var taken = Enumerable.Range(0, (RegistrationLimits.Crowd / RegistrationLimits.PerCaller) + 5)
            .Sum(i => Enumerable.Range(0, RegistrationLimits.PerCaller).Count(_ => IsTaken(limits, $"198.51.100.{i}")));

        Assert.Equal(RegistrationLimits.Crowd + (5 * RegistrationLimits.PerCallerInCrowd), taken);
        Assert.True(IsTaken(limits, "203.0.113.1"));
        Assert.False(IsTaken(limits, "198.51.100.1"));
    }

    [Fact]
    [Spec("AA-T085")]
    public async Task A_flood_from_one_network_pushes_out_itself_and_what_comes_back_by_itself()
    {
        await using var server = await AuthServer.StartAsync();
        var quiet = await server.SelfRegisterAsync(address: "203.0.113.5");
        await FillAsync(server, UnusedClients.Most, Origin.ByItself, IPAddress.Parse("198.51.100.1"));
        await FillAsync(server, 5, Origin.ByDocument, caller: null);
        server.Clock.Advance(Eviction.Young + TimeSpan.FromMinutes(1));
        await FillAsync(server, 3, Origin.ByDocument, caller: null);

        Assert.Equal(HttpStatusCode.Created, (await server.SelfRegisterAsync(address: "198.51.100.1")).Status);

        Assert.True(await server.LookAsync(db => db.Clients.AnyAsync(c => c.ClientId == quiet.Id)));
        Assert.Equal(3, await server.LookAsync(db => db.Clients.CountAsync(c => c.Origin == Origin.ByDocument)));
        Assert.InRange(
            await server.LookAsync(db => db.Clients.CountAsync(c => c.Origin == Origin.ByItself)),
            UnusedClients.Most / 2, UnusedClients.Most);
    }

    [Fact]
    [Spec("AA-T085")]
    public void Who_came_a_moment_ago_goes_last()
    {
        var now = DateTimeOffset.UnixEpoch;
        var (flood, other) = (Eviction.Note(IPAddress.Parse("198.51.100.1")), Eviction.Note(IPAddress.Parse("203.0.113.5")));
        Eviction.Candidate[] all =
        [
            new(new(1, 0, 0, new byte[8]), Origin.ByDocument, now, null),
            new(new(2, 0, 0, new byte[8]), Origin.ByItself, now, flood),
            new(new(3, 0, 0, new byte[8]), Origin.ByItself, now.AddHours(-3), other),
            new(new(4, 0, 0, new byte[8]), Origin.ByItself, now.AddHours(-2), flood),
            new(new(5, 0, 0, new byte[8]), Origin.ByItself, now.AddHours(-1), flood),
            new(new(6, 0, 0, new byte[8]), Origin.ByDocument, now.AddMinutes(-16), null),
        ];

        var order = Eviction.Choose(all, all.Length, now).Select(id => (int)id.ToByteArray()[0]);

        Assert.Equal([6, 4, 3, 5, 1, 2], order);
    }

    private static Task FillAsync(AuthServer server, int many, Origin origin, IPAddress? caller) => server.ChangeAsync(db =>
    {
        for (var i = 0; i < many; i++)
        {
            var client = ClientRow.New($"fill-{Guid.CreateVersion7():N}", origin, server.Clock);
            client.Properties = caller is null ? null : Eviction.Note(caller);
            db.Add(client);
        }
        return Task.CompletedTask;
    });

    private static bool IsTaken(RegistrationLimits limits, string address) =>
        limits.TakeOrWait(IPAddress.Parse(address)) == TimeSpan.Zero;

    private static async Task FloodAsync(int many)
    {
        await using var server = await AuthServer.StartAsync();
        var used = await server.SelfRegisterAsync();
        var agent = new Agent(server.Http(), used.Id, null, "https://app.test/cb");
        var tokens = await agent.TokensFromAsync(await server.SignedInAsync());
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var before = await server.LookAsync(db => db.Clients.CountAsync());

        var statuses = (await Asking.AtOnceAsync(AtOnce, turn => RegisterAsync(server, turn, many / AtOnce))).SelectMany(s => s).ToList();
        var legitimate = await server.SelfRegisterAsync(address: "203.0.113.5");

        Assert.Equal(many, statuses.Count);
        Assert.All(statuses, s => Assert.True(s is HttpStatusCode.Created or HttpStatusCode.TooManyRequests, $"{s}"));
        Assert.InRange(await server.LookAsync(db => db.Clients.CountAsync()), 2, before + UnusedClients.Most + AtOnce);
        Assert.InRange(await server.LookAsync(db => db.CatalogChanges.CountAsync()), 0, many / 50);
        Assert.Equal(HttpStatusCode.Created, legitimate.Status);
        var newcomer = new Agent(server.Http(), legitimate.Id, null, "https://app.test/cb");
        var other = await newcomer.TokensFromAsync(await server.SignedInAsync());
        Assert.True(other.IsGood, other.Body);
        Assert.True((await agent.RefreshAsync(tokens.RefreshToken)).IsGood);
        Assert.Equal(2, await server.LookAsync(db => db.Grants.CountAsync(g => g.Status == "valid")));
    }

    private static async Task<List<HttpStatusCode>> RegisterAsync(AuthServer server, int turn, int many)
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < many; i++)
        {
            statuses.Add((await server.SelfRegisterAsync(address: $"10.{turn}.{i / 250}.{i % 250}")).Status);
        }
        return statuses;
    }
}

using System.Net;
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

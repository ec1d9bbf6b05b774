using AgentAuth.Server.Features.Developers.Apps;
using AgentAuth.Server.Tests.Support;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Developers.Apps;

/// <summary>What a developer learns of how an app fares: numbers, never names.</summary>
public sealed class AppUsageTests
{
    [Fact]
    public async Task How_many_said_yes_and_how_often_somebody_said_no()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, secret) = await dev.RegistersAsync();
        var agent = new Agent(server.Http(), id, secret, Portal.Callback);
        await agent.TokensFromAsync(server.Browser(), "mail.read");
        var admin = await server.SignedInAsync(Who.Admin);
        for (var i = 0; i < 2; i++)
        {
            await admin.OpenAsync(agent.AskFor());
            await admin.PressAsync("Cancel");
            await server.WritesDownAsync(admin.ErrorId());
        }

        await dev.OpenAsync($"/developers/apps/{id}");
        Assert.Contains("1 yes, 2 no", dev.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Who.Alice, dev.Text, StringComparison.Ordinal);
        server.Clock.Advance(TimeSpan.FromHours(25));
        dev = await server.SignedInAsync(Who.Developer);
        await dev.OpenAsync($"/developers/apps/{id}");

        Assert.Contains("0 yes, 0 no", dev.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 4, false)]
    [InlineData(2, 5, true)]
    [InlineData(3, 6, false)]
    [InlineData(40, 100, true)]
    public void A_permission_that_most_people_leave_out_is_told(int grants, int of, bool isRare) =>
        Assert.Equal(isRare, new ScopeUse("files.delete", grants).IsRare(of));
}

using System.Globalization;
using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Accounts;

/// <summary>How long an agent may go on depends on what it has proved, on its page as when it was allowed.</summary>
public sealed class AgentEndTests
{
    [Theory]
    [InlineData("lasts", "unending", false)]
    [InlineData("until", "+90", false)] // its end is more than ninety days away
    [InlineData("until", "+89", true)]
    [InlineData("lasts", "quarter", true)]
    public async Task Who_has_proved_nothing_ends_within_ninety_days(string field, string value, bool isGood)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Native(server).TokensFromAsync(alice);
        var before = (await GrantAsync(server)).EndsAt;
        await alice.OpenAgentAsync();
        Assert.Null(alice.Page.QuerySelector("option[value=unending]"));

        await alice.PressAsync("Set this end", (field, Day(server, value)));

        Assert.Equal(isGood ? HttpStatusCode.OK : HttpStatusCode.BadRequest, alice.Status);
        Assert.Equal(isGood, before != (await GrantAsync(server)).EndsAt);
        Assert.True((await GrantAsync(server)).EndsAt <= server.Clock.GetUtcNow().AddDays(90));
        Assert.Equal(!isGood, alice.Text.Contains("at most 90 days from now", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lasts", "unending")]
    [InlineData("until", "+400")]
    public async Task Who_has_proved_a_domain_may_go_on_for_longer(string field, string value)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Web(server).TokensFromAsync(alice);
        await alice.OpenAgentAsync();

        await alice.PressAsync("Set this end", (field, Day(server, value)));

        Assert.True((await GrantAsync(server)).EndsAt > server.Clock.GetUtcNow().AddDays(400));
    }

    private static string Day(AuthServer server, string value) => value[0] != '+' ? value
        : server.Clock.GetUtcNow().UtcDateTime.AddDays(int.Parse(value, CultureInfo.InvariantCulture))
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Task<Grant> GrantAsync(AuthServer server) => server.LookAsync(db => db.Grants.SingleAsync());
}

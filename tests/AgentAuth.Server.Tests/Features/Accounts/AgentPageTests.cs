using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Accounts;

/// <summary>The page of one agent, where its person changes what was allowed.</summary>
public sealed class AgentPageTests
{
    [Theory]
    [InlineData("day", 1)]
    [InlineData("week", 7)]
    [InlineData("month", 30)]
    [InlineData("quarter", 90)]
    public async Task Its_end_is_set_from_today(string lasts, int days)
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude) = (server.Browser(), Agent.Native(server));
        var tokens = await claude.TokensFromAsync(alice);
        await alice.OpenAgentAsync();

        await alice.PressAsync("Set this end", ("lasts", lasts));

        Assert.Contains("It ends when you said.", alice.Text, StringComparison.Ordinal);
        Assert.Equal(server.Clock.GetUtcNow().AddDays(days), (await GrantAsync(server)).EndsAt);
        server.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        Assert.Equal(days > 1, (await claude.RefreshAsync(tokens.RefreshToken)).IsGood);
    }

    [Fact]
    public async Task An_access_that_is_renewed_goes_on_with_the_refresh_token_there_is()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude) = (server.Browser(), Agent.Web(server));
        var tokens = await claude.TokensFromAsync(alice);
        await alice.OpenAgentAsync();
        await alice.PressAsync("Set this end", ("lasts", "day"));
        var last = await claude.RefreshAsync(tokens.RefreshToken); // dies with the day
        await alice.PressAsync("Set this end", ("lasts", "unending"));

        server.Clock.Advance(TimeSpan.FromDays(2));

        Assert.True((await claude.RefreshAsync(last.RefreshToken)).IsGood);
        await alice.OpenAsync("/account/agents");
        await alice.SignInAsync(People.Alice);
        Assert.Contains("When you remove it", alice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_end_with_a_day()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Native(server).TokensFromAsync(alice);
        await alice.OpenAgentAsync();
        var day = server.Clock.GetUtcNow().UtcDateTime.Date.AddDays(3);

        await alice.PressAsync("Set this end", ("until", $"{day:yyyy-MM-dd}"));

        Assert.Equal(new DateTimeOffset(day.AddDays(1), TimeSpan.Zero), (await GrantAsync(server)).EndsAt);
    }

    [Theory]
    [InlineData("until", "2020-01-01")]
    [InlineData("until", "9999-12-31")]
    [InlineData("until", "tomorrow")]
    [InlineData("lasts", "for ever")]
    [InlineData("lasts", "")]
    public async Task A_day_that_is_none_is_refused_beside_its_field(string field, string value)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Native(server).TokensFromAsync(alice);
        var before = (await GrantAsync(server)).EndsAt;
        await alice.OpenAgentAsync();

        await alice.PressAsync("Set this end", (field, value));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Contains("Choose a day", alice.Text, StringComparison.Ordinal);
        Assert.Equal(before, (await GrantAsync(server)).EndsAt);
    }

    [Fact]
    public async Task Limits_and_a_name_are_kept_and_shown()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Native(server).TokensFromAsync(alice);
        await alice.OpenAgentAsync();

        await alice.PressAsync("Set these limits", ("limit", "5"), ("ask", "true"));
        await alice.PressAsync("Call it so", ("label", "  <b>Work\u202e</b> laptop "));

        var grant = await GrantAsync(server);
        Assert.Equal((5, true, "<b>Work\ufffd</b> laptop"), (grant.ChangesPerDay, grant.AsksFirst, grant.Label));
        await alice.OpenAsync("/account/agents");
        Assert.Contains("<b>Work\ufffd</b> laptop", alice.Text, StringComparison.Ordinal);
        await alice.OpenAgentAsync();
        await alice.PressAsync("Set these limits", ("limit", ""));
        await alice.PressAsync("Call it so", ("label", ""));
        grant = await GrantAsync(server);
        Assert.Equal((null, null), (grant.ChangesPerDay, grant.Label));
    }

    [Theory]
    [InlineData("limit", "0", "Set these limits")]
    [InlineData("limit", "-1", "Set these limits")]
    [InlineData("limit", "10001", "Set these limits")] // as on the consent page
    [InlineData("limit", "many", "Set these limits")]
    [InlineData("label", "0123456789012345678901234567890123456789012345678901234567890", "Call it so")]
    public async Task What_is_no_limit_or_no_name_is_refused(string field, string value, string button)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Native(server).TokensFromAsync(alice);
        await alice.OpenAgentAsync();

        await alice.PressAsync(button, (field, value));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.NotNull(alice.Page.QuerySelector($"#{field}[aria-invalid=true]"));
        var grant = await GrantAsync(server);
        Assert.Equal((null, null), (grant.ChangesPerDay, grant.Label));
    }

    [Fact]
    public async Task To_take_everything_back_is_to_remove_it()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Native(server).TokensFromAsync(alice);

        await alice.ReduceAsync();

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Contains("remove the agent", alice.Text, StringComparison.Ordinal);
        Assert.Equal(4, (await GrantAsync(server)).AllowedScopes.Count);
    }

    [Fact]
    public async Task Nothing_is_gained_by_ticking_what_was_not_allowed()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Native(server).TokensFromAsync(alice);
        await alice.OpenAgentAsync();

        await alice.PressAsync("Keep only what is ticked", ("scope", "mail.read"), ("scope", "mail.delete"));

        Assert.Equal(["mail.read"], (await GrantAsync(server)).AllowedScopes);
    }

    [Theory]
    [InlineData("Reduce", "scope", "mail.read")]
    [InlineData("Pause", "x", "")]
    [InlineData("Resume", "x", "")]
    [InlineData("Until", "lasts", "day")]
    [InlineData("Limit", "limit", "1")]
    [InlineData("Rename", "label", "mine")]
    [Spec("AA-T059")]
    [Spec("AA-T064")]
    public async Task Nobody_changes_another_persons_agent_nor_ones_own_by_another_sites_form(string act, string field, string value)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Native(server).TokensFromAsync(alice);
        var before = await GrantAsync(server);
        var bob = await server.SignedInAsync(People.Bob);
        await Agent.Web(server).CodeFromAsync(bob);
        await bob.OpenAgentAsync();
        var bobs = Support.Browser.Filled((AngleSharp.Html.Dom.IHtmlFormElement)bob.Page.QuerySelector("form")!, pressed: null);
        var url = $"/account/agents/{before.Id:D}?handler={act}";

        await bob.SendAsync(HttpMethod.Post, url, [.. bobs, new(field, value)]);
        Assert.Equal(HttpStatusCode.NotFound, bob.Status);
        await alice.SendAsync(HttpMethod.Post, url, [new(field, value)]);
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        await alice.SendAsync(HttpMethod.Get, url);

        var after = await server.LookAsync(db => db.Grants.SingleAsync(g => g.Id == before.Id));
        Assert.Equal(before.ConcurrencyToken, after.ConcurrencyToken);
    }

    [Fact]
    public async Task What_has_ended_is_not_changed()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude) = (server.Browser(), Agent.Native(server));
        var tokens = await claude.TokensFromAsync(alice);
        await alice.OpenAgentAsync();
        await claude.RevokeAsync(tokens.RefreshToken);

        await alice.PressAsync("Set this end", ("lasts", "quarter"));

        Assert.Contains("There was nothing to change.", alice.Text, StringComparison.Ordinal);
        Assert.Contains("This access has ended", alice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_who_change_it_at_once_both_have_their_way()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Native(server).TokensFromAsync(alice);
        await alice.OpenAgentAsync();

        await Asking.AtOnceAsync(8, i => i % 2 == 0
            ? alice.Copy().OpenAndPressAsync(alice.Url, "Set these limits", ("limit", "7"))
            : alice.Copy().OpenAndPressAsync(alice.Url, "Call it so", ("label", "mine")));

        var grant = await GrantAsync(server);
        Assert.Equal((7, "mine"), (grant.ChangesPerDay, grant.Label));
    }

    private static Task<Grant> GrantAsync(AuthServer server) => server.LookAsync(db => db.Grants.SingleAsync());
}

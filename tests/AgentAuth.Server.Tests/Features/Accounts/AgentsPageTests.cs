using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Accounts;

/// <summary>The page where people see who acts for them, and end it.</summary>
public sealed class AgentsPageTests
{
    private const string AgentsUrl = "/account/agents";

    [Fact]
    [Spec("AA-T064")]
    public async Task It_says_who_may_do_what_where_and_until_when()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        var agent = Agent.Web(server);
        var tokens = await agent.TokensFromAsync(alice);
        server.Clock.Advance(TimeSpan.FromHours(1));
        await agent.RefreshAsync(tokens.RefreshToken);

        await alice.OpenAsync(AgentsUrl);

        Assert.All(
            ["Demo web agent", "client.demo.test", "Demo Mail", "Read your messages", "Send messages in your name",
                "Allowed since", "Last used", "Ends"],
            words => Assert.Contains(words, alice.Text, StringComparison.Ordinal));
        Assert.DoesNotContain("Delete your messages", alice.Text, StringComparison.Ordinal);
        var grant = await server.LookAsync(db => db.Grants.SingleAsync());
        DateTimeOffset[] shown = [grant.CreatedAt, grant.LastUsedAt!.Value, grant.EndsAt];
        Assert.Equal(server.Clock.GetUtcNow(), grant.LastUsedAt);
        Assert.Equal(
            shown.Select(t => t.ToUnixTimeSeconds()),
            alice.Page.QuerySelectorAll("time").Select(t => DateTimeOffset.Parse(t.GetAttribute("datetime")!,
                System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds()));
        await alice.OpenAsync(alice.Page.QuerySelector("a[href^='/account/agents/']")!.GetAttribute("href")!);
        Assert.All(
            ["demo-web", AuthServer.Mail, "mail.read mail.send", grant.Id.ToString("D")],
            words => Assert.Contains(words, alice.Text, StringComparison.Ordinal));
    }

    [Fact]
    [Spec("AA-T064")]
    [Spec("AA-T060")]
    public async Task Remove_ends_everything_the_agent_holds_and_moves_it_to_the_ended_ones()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, agent, mail) = (server.Browser(), Agent.Web(server), Agent.MailServer(server));
        var tokens = await agent.TokensFromAsync(alice);
        Assert.True(await mail.SeesAsync(tokens.AccessToken));

        await alice.OpenAsync(AgentsUrl);
        await alice.PressAsync("Remove");

        Assert.Equal(AgentsUrl, alice.Url);
        Assert.Contains("Removed.", alice.Text, StringComparison.Ordinal);
        Assert.Contains("No agent acts for you", alice.Text, StringComparison.Ordinal);
        Assert.Contains("Demo web agent", alice.Page.QuerySelector("details")!.TextContent, StringComparison.Ordinal);
        Assert.False(await mail.SeesAsync(tokens.AccessToken));
        Assert.Equal("invalid_grant", (await agent.RefreshAsync(tokens.RefreshToken)).Error);
        var entry = await server.LookAsync(db => db.AuditEntries.SingleAsync(e => e.Act == "grant.remove"));
        Assert.Equal(People.Alice, entry.Actor);
        await alice.OpenAsync(agent.AskFor());
        Assert.Null(alice.Left); // who removed it is asked again
    }

    [Fact]
    [Spec("AA-T064")]
    public async Task Removing_twice_is_harmless_and_noted_once()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Web(server).TokensFromAsync(alice);
        await alice.OpenAsync(AgentsUrl);
        var second = alice.Copy();
        await second.OpenAsync(AgentsUrl);

        await alice.PressAsync("Remove");
        await second.PressAsync("Remove");

        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "grant.remove")));
    }

    [Fact]
    [Spec("AA-T059")]
    public async Task Another_persons_grant_looks_like_none_and_stays()
    {
        await using var server = await AuthServer.StartAsync();
        var mail = Agent.MailServer(server);
        var tokens = await Agent.Web(server).TokensFromAsync(server.Browser());
        var id = (await server.LookAsync(db => db.Grants.SingleAsync())).Id;
        var bob = await server.SignedInAsync(People.Bob);
        await Agent.Native(server).CodeFromAsync(bob);

        await bob.OpenAsync($"{AgentsUrl}/{id:D}");
        Assert.Equal(HttpStatusCode.NotFound, bob.Status);
        await bob.OpenAsync(AgentsUrl);
        Assert.DoesNotContain("Demo web agent", bob.Text, StringComparison.Ordinal);
        await bob.PressAsync("Remove", ("id", id.ToString("D")));

        Assert.Equal(HttpStatusCode.NotFound, bob.Status);
        Assert.True(await mail.SeesAsync(tokens.AccessToken));
        Assert.Equal(0, await server.LookAsync(db => db.Revocations.CountAsync()));
    }

    [Fact]
    [Spec("AA-T064")]
    public async Task Nothing_ends_by_a_link_by_another_sites_form_or_without_signing_in()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, mail) = (server.Browser(), Agent.MailServer(server));
        var tokens = await Agent.Web(server).TokensFromAsync(alice);
        var id = (await server.LookAsync(db => db.Grants.SingleAsync())).Id;
        var bob = await server.SignedInAsync(People.Bob);
        await bob.OpenAsync(AgentsUrl);
        var bobs = Support.Browser.Filled((AngleSharp.Html.Dom.IHtmlFormElement)bob.Page.QuerySelector("form")!, pressed: null);
        var url = $"{AgentsUrl}?handler=Remove";
        KeyValuePair<string, string>[] form = [new("id", id.ToString("D"))];

        await alice.SendAsync(HttpMethod.Get, $"{url}&id={id:D}");
        await alice.SendAsync(HttpMethod.Post, url, form);
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        await alice.SendAsync(HttpMethod.Post, url, [.. form, .. bobs]);
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        var nobody = server.Browser();
        await nobody.SendAsync(HttpMethod.Post, url, form);
        Assert.NotEqual(HttpStatusCode.OK, nobody.Status);

        Assert.True(await mail.SeesAsync(tokens.AccessToken));
    }

    [Theory]
    [InlineData("not-a-guid", 400, 404)]
    [InlineData("", 400, 404)]
    [InlineData("00000000-0000-0000-0000-000000000000", 404, 404)]
    [Spec("AA-T059")]
    public async Task An_id_that_is_none_ends_nothing(string id, int either, int or)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Web(server).TokensFromAsync(alice);

        await alice.OpenAsync(AgentsUrl);
        await alice.PressAsync("Remove", ("id", id));

        Assert.True((int)alice.Status == either || (int)alice.Status == or, $"{alice.Status}");
        Assert.Equal(0, await server.LookAsync(db => db.Revocations.CountAsync()));
    }

    [Fact]
    public async Task Many_agents_cost_no_more_statements_than_one()
    {
        using var statements = new Statements();
        await using var server = await AuthServer.StartAsync(statements.Attach);
        var alice = server.Browser();
        await Agent.Web(server).TokensFromAsync(alice);
        await alice.OpenAsync(AgentsUrl);
        var few = await statements.OfAsync(() => alice.OpenAsync(AgentsUrl));

        for (var i = 0; i < 8; i++)
        {
            await (await server.RegisterAsync($"client-{i}", $"https://c{i}.test/cb")).CodeFromAsync(alice, "mail.read");
        }
        var many = await statements.OfAsync(() => alice.OpenAsync(AgentsUrl));

        Assert.Equal(9, alice.Page.QuerySelectorAll("article").Length);
        Assert.InRange(few, 1, 8);
        Assert.Equal(few, many);
    }
}

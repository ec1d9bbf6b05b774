using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>Limits, a name of the person's own, and what the person reads afterwards.</summary>
public sealed class LimitsTests
{
    [Fact]
    public async Task Limits_and_a_name_are_kept_with_the_grant()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read mail.send mail.delete"));
        await alice.PressAsync("Allow", ("limit", " 5 "), ("label", " Claude on my laptop "), ("ask", "false"));

        var grant = await server.LookAsync(db => db.Grants.SingleAsync());
        Assert.Equal((5, "Claude on my laptop", false), (grant.ChangesPerDay, grant.Label, grant.AsksFirst));
    }

    [Fact]
    public async Task Asking_first_is_on_unless_it_is_unticked()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read mail.delete"));
        Assert.True(alice.Page.QuerySelectorAll("input[type=checkbox][name=ask]").OfType<IHtmlInputElement>().Single().IsChecked);
        await alice.AllowAllAsync();

        Assert.True((await server.LookAsync(db => db.Grants.SingleAsync())).AsksFirst);
    }

    [Theory]
    [InlineData("limit", "0")]
    [InlineData("limit", "-1")]
    [InlineData("limit", "10001")]
    [InlineData("limit", "1e3")]
    [InlineData("limit", "٣")]
    [InlineData("label", "two\nlines")]
    [InlineData("label", "turned \u202e around")]
    [InlineData("label", "1234567890123456789012345678901234567890123456789012345678901")]
    public async Task What_is_no_limit_and_no_name_is_said_to_be_none(string field, string value)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read mail.send mail.delete"));
        await alice.Tick("mail.read", "mail.delete").PressAsync("Allow", (field, value), ("lasts", "week"));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.NotNull(alice.Page.QuerySelector($"#{field}-error"));
        Assert.Equal(0, await server.LookAsync(db => db.Grants.CountAsync()));
        Assert.Equal(["mail.read", "mail.delete"], alice.Ticked()); // and the rest is as it was left
        Assert.Equal("week", alice.Chosen("lasts"));
        await alice.PressAsync("Allow", (field, ""));
        Assert.Equal(["mail.delete", "mail.read"], (await server.LookAsync(db => db.Grants.SingleAsync())).AllowedScopes);
    }

    [Fact]
    [Spec("AA-T054")]
    public async Task A_tighter_limit_takes_the_place_of_the_grant_and_a_looser_one_does_not()
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, alice) = (Agent.Web(server), await server.SignedInAsync());
        var ids = new List<Guid>();

        foreach (var limit in new[] { "", "5", "50" })
        {
            await alice.OpenAsync(agent.AskFor("mail.read mail.send", ("prompt", "consent")));
            await alice.PressAsync("Allow", ("limit", limit));
            ids.Add((await server.LookAsync(db => db.Grants.SingleAsync(g => g.Status == "valid"))).Id);
        }

        Assert.NotEqual(ids[0], ids[1]);
        Assert.Equal(ids[1], ids[2]);
    }

    [Fact]
    public async Task What_is_not_posted_stays_as_it_was()
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, alice) = (Agent.Web(server), await server.SignedInAsync());
        await alice.OpenAsync(agent.AskFor("mail.read mail.send"));
        await alice.PressAsync("Allow", ("limit", "5"), ("label", "Mine"));

        await alice.OpenAsync(agent.AskFor("mail.read mail.send", ("prompt", "consent")));
        await alice.AnswerAsync(("scope", "mail.read"), ("scope", "mail.send"));

        var grant = await server.LookAsync(db => db.Grants.SingleAsync());
        Assert.Equal((5, "Mine"), (grant.ChangesPerDay, grant.Label));
    }

    [Fact]
    public async Task The_list_of_agents_says_once_that_it_is_done()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await Agent.Web(server).CodeFromAsync(alice, "mail.read");
        await alice.OpenAsync("/");
        Assert.DoesNotContain("Done. You can remove it here", alice.Text, StringComparison.Ordinal);
        await alice.OpenAsync("/account/agents");
        Assert.Contains("Done. You can remove it here at any time.", alice.Text, StringComparison.Ordinal);
        await alice.OpenAsync("/account/agents");

        Assert.DoesNotContain("Done. You can remove it here", alice.Text, StringComparison.Ordinal);
        Assert.Equal(ActivityKind.Allowed, (await server.LookAsync(db => db.Set<Activity>().SingleAsync())).Kind);
    }
}

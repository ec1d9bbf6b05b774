using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>A question after an older yes: what is new, what is not, and what is asked no longer.</summary>
public sealed class DifferenceTests
{
    [Fact]
    [Spec("AA-T101")]
    public async Task Only_what_is_new_is_open_and_a_no_keeps_what_there_was()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, mail, alice) = (Agent.Native(server), Agent.MailServer(server), await server.SignedInAsync());
        var before = await claude.TokensFromAsync(alice, "offline_access mail.read");

        await alice.OpenAsync(claude.AskFor("mail.read mail.send"));
        var (known, news) = (alice.Page.QuerySelector("details.fold:has(input[name=scope])")!, alice.Page.QuerySelector("#news")!);
        Assert.False(known.HasAttribute("open"));
        Assert.NotNull(known.QuerySelector("input[value='mail.read'][checked]"));
        Assert.StartsWith("Newly asked 1", news.TextContent.Trim(), StringComparison.Ordinal);
        var box = news.ParentElement!.QuerySelector("input[name=scope]")!;
        Assert.Equal(("mail.send", false), (box.GetAttribute("value"), box.HasAttribute("checked")));
        Assert.Contains("No longer asked", alice.Text, StringComparison.Ordinal);
        Assert.Contains("This stays allowed.", alice.Text, StringComparison.Ordinal);
        await alice.PressAsync("Cancel");

        Assert.Equal("access_denied", alice.Answer["error"]);
        Assert.Equal(["mail.read", "offline_access"], (await server.LookAsync(db => db.Grants.SingleAsync())).AllowedScopes);
        Assert.True(await mail.SeesAsync(before.AccessToken));
        Assert.True((await claude.RefreshAsync(before.RefreshToken)).IsGood);
    }

    [Fact]
    [Spec("AA-T079")]
    public async Task A_client_that_became_another_begins_anew_and_what_it_asks_more_is_marked()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = await server.RegisterAsync("self", "https://e.test/cb", Trust.SelfDeclared);
        var alice = await server.SignedInAsync();
        await agent.CodeFromAsync(alice, "mail.read mail.send");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await server.ChangeAsync(async db => (await db.Clients.SingleAsync(c => c.ClientId == "self")).AskAnew(server.Clock));

        await alice.OpenAsync(agent.AskFor("mail.send mail.delete"));

        Assert.Contains("It has changed what it says about itself", alice.Text, StringComparison.Ordinal);
        Assert.Contains("This is not allowed any more.", alice.Text, StringComparison.Ordinal); // mail.read
        Assert.Empty(alice.Ticked()); // what was allowed to another is no reason to tick it
        Assert.NotNull(alice.Page.QuerySelector("#news")!.ParentElement!.QuerySelector("input[value='mail.delete']"));
        await alice.Tick("mail.send").PressAsync("Allow");
        Assert.Equal(["mail.send"], (await server.LookAsync(db => db.Grants.SingleAsync(g => g.Status == "valid"))).AllowedScopes);
    }

    [Fact]
    public async Task What_was_allowed_to_an_unproved_agent_is_still_ticked_while_it_stands()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), await server.SignedInAsync());
        await claude.CodeFromAsync(alice, "mail.read mail.send");

        await alice.OpenAsync(claude.AskFor("mail.read mail.send"));
        Assert.Equal(["mail.read", "mail.send"], alice.Ticked());
        Assert.Equal("choose", alice.Chosen("preset"));
        server.Clock.Advance(TimeSpan.FromDays(31));
        alice = await server.SignedInAsync();
        await alice.OpenAsync(claude.AskFor("mail.read mail.send"));

        Assert.Equal(["mail.read"], alice.Ticked());
        Assert.Contains("has reached its end date", alice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_agent_is_asked_about_and_goes_on_after_a_yes()
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, alice) = (Agent.Web(server), await server.SignedInAsync());
        await agent.CodeFromAsync(alice, "mail.read");
        await server.ChangeAsync(async db => (await db.Grants.SingleAsync()).Pause(server.Clock));

        await alice.OpenAsync(agent.AskFor("mail.read"));
        Assert.Contains("You paused this agent.", alice.Text, StringComparison.Ordinal);
        await alice.PressAsync("Allow");

        Assert.Contains("code", alice.Answer.Keys);
        Assert.Null((await server.LookAsync(db => db.Grants.SingleAsync())).PausedAt);
    }
}

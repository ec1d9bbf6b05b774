using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>How much is allowed: presets, ticks, and what neither can do. No script runs here: the form alone says it.</summary>
public sealed class HowMuchTests
{
    private const string Everything = "openid offline_access mail.read mail.send mail.delete";

    [Fact]
    public async Task Of_who_has_proved_nothing_only_reading_is_ticked()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        Agent[] unproved =
        [
            Agent.Native(server), await server.RegisterAsync("self", "https://e.test/cb", Trust.SelfDeclared),
        ];

        foreach (var agent in unproved)
        {
            await alice.OpenAsync(agent.AskFor("offline_access mail.read mail.send mail.delete"));
            Assert.Equal("read", alice.Chosen("preset"));
            Assert.Equal(["mail.read", "offline_access"], alice.Ticked());
            await alice.PressAsync("Allow");
            Assert.Contains("code", alice.Answer.Keys);
        }

        foreach (var grant in await server.LookAsync(db => db.Grants.ToListAsync()))
        {
            Assert.Equal(["mail.read", "offline_access"], grant.AllowedScopes);
        }
    }

    [Theory]
    [InlineData(nameof(Trust.DomainProved), "choose", "mail.read mail.send")]
    [InlineData(nameof(Trust.VerifiedPublisher), "choose", "mail.read mail.send mail.delete")]
    public async Task Who_has_proved_more_begins_with_more(string trust, string preset, string ticked)
    {
        await using var server = await AuthServer.StartAsync();
        var agent = await server.RegisterAsync("app", "https://app.test/cb", Enum.Parse<Trust>(trust));
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor("mail.read mail.send mail.delete"));

        Assert.Equal(preset, alice.Chosen("preset"));
        Assert.Equal(ticked.Split(' '), alice.Ticked());
    }

    [Theory]
    [InlineData("demo-native", "read", "mail.read offline_access openid")]
    [InlineData("demo-native", "all", "mail.delete mail.read mail.send offline_access openid")]
    [InlineData("demo-web", "read", "mail.read offline_access openid")]
    [InlineData("demo-web", "choose", "mail.read mail.send offline_access openid")]
    [InlineData("demo-web", "all", "mail.delete mail.read mail.send offline_access openid")]
    [InlineData("demo-web", "everything", "mail.read mail.send offline_access openid")] // no such choice: the ticks count
    public async Task A_preset_alone_says_how_much(string client, string preset, string allowed)
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, alice) = (client == "demo-web" ? Agent.Web(server) : Agent.Native(server), await server.SignedInAsync());

        await alice.OpenAsync(agent.AskFor(Everything));
        await alice.PressAsync("Allow", ("preset", preset));

        Assert.Equal(allowed.Split(' '), (await server.LookAsync(db => db.Grants.SingleAsync())).AllowedScopes);
    }

    [Fact]
    public async Task Ticks_count_where_the_preset_was_left_alone()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Native(server).AskFor(Everything));
        Assert.Contains("If you change a tick below, your ticks decide.", alice.Text, StringComparison.Ordinal);
        await alice.Tick("mail.read", "mail.send").PressAsync("Allow");

        Assert.Equal(["mail.read", "mail.send", "openid"], (await server.LookAsync(db => db.Grants.SingleAsync())).AllowedScopes);
    }

    [Fact]
    public async Task Where_ticks_and_preset_were_both_changed_only_what_both_say_is_allowed()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor(Everything));
        await alice.Tick("mail.send", "mail.delete", "offline_access").PressAsync("Allow", ("preset", "read"));

        Assert.Equal(["offline_access", "openid"], (await server.LookAsync(db => db.Grants.SingleAsync())).AllowedScopes);
    }

    [Fact]
    public async Task Who_knows_only_the_ticks_posts_only_them()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Native(server).AskFor(Everything));
        await alice.AnswerAsync(("scope", "mail.read"), ("scope", "mail.delete"));

        var grant = await server.LookAsync(db => db.Grants.SingleAsync());
        Assert.Equal(["mail.delete", "mail.read", "openid"], grant.AllowedScopes);
        Assert.Equal(server.Clock.GetUtcNow() + TimeSpan.FromDays(30), grant.EndsAt);
        Assert.True(grant.AsksFirst);
        Assert.Null(grant.ChangesPerDay);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("choose")]
    [Spec("AA-T068")]
    public async Task No_preset_and_no_tick_adds_what_was_not_asked(string preset)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read mail.send"));
        await alice.AnswerAsync(
            ("preset", preset), ("scope", "mail.read"), ("scope", "mail.send"), ("scope", "mail.delete"), ("scope", "offline_access"));

        Assert.Equal(["mail.read", "mail.send"], (await server.LookAsync(db => db.Grants.SingleAsync())).AllowedScopes);
    }

    [Fact]
    public async Task What_a_resource_cannot_do_without_is_ticked_fixed_and_granted_whatever_is_posted()
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeAsync(async db => (await db.Scopes.SingleAsync(s => s.Name == "mail.send")).IsRequired = true);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Native(server).AskFor("mail.read mail.send mail.delete"));
        var box = alice.Page.QuerySelector("input[value='mail.send']")!;
        Assert.True(box.HasAttribute("checked") && box.HasAttribute("disabled"));
        Assert.Contains("(needed)", box.ParentElement!.TextContent, StringComparison.Ordinal);
        await alice.AnswerAsync(("scope", "mail.read"), ("preset", "read"));

        Assert.Equal(["mail.read", "mail.send"], (await server.LookAsync(db => db.Grants.SingleAsync())).AllowedScopes);
    }

    [Fact]
    public async Task Nothing_ticked_is_no_yes()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Native(server).AskFor("mail.send")); // there is nothing to read, so no preset either
        Assert.Null(alice.Chosen("preset"));
        await alice.PressAsync("Allow");

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Contains("Tick at least one permission, or cancel.", alice.Text, StringComparison.Ordinal);
        Assert.Equal(0, await server.LookAsync(db => db.Grants.CountAsync()));
    }

    [Fact]
    public async Task The_sums_are_said_without_script_too()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Native(server).AskFor(Everything));

        Assert.Contains("Can see 2 things. Can change 0. Can delete 0.", alice.Text, StringComparison.Ordinal);
        Assert.Contains("Can see 2 things. Can change 1. Can delete 1.", alice.Text, StringComparison.Ordinal);
        Assert.Single(alice.Page.QuerySelectorAll("[role=status]"));
        Assert.Contains("Tools it unlocks: delete_message", string.Join(' ', alice.Text.Split((char[]?)null,
            StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}

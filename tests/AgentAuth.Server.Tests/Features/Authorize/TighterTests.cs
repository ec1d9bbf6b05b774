using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>Stricter terms on the consent page count for what is out there already.</summary>
public sealed class TighterTests
{
    private const string Everything = "offline_access mail.read mail.send mail.delete";

    [Theory]
    [InlineData("ask", "true")]
    [InlineData("limit", "5")]
    [Spec("AA-T054")]
    public async Task A_token_from_before_a_narrowing_does_not_get_its_powers_back_without_the_new_terms(string term, string value)
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude, mail) = (await server.SignedInAsync(), Agent.Native(server), Agent.MailServer(server));
        var before = await FreeAsync(alice, claude);
        await alice.ReduceAsync("offline_access", "mail.read");

        await alice.OpenAsync(claude.AskFor(Everything));
        await alice.Tick("offline_access", "mail.read", "mail.send", "mail.delete")
            .PressAsync("Allow", ("preset", "choose"), (term, value));

        Assert.Contains("code", alice.Answer.Keys);
        Assert.False(await mail.SeesAsync(before.AccessToken));
        var after = await claude.RedeemAsync(alice.Answer["code"]);
        Assert.True(after.Claims.TryGetProperty("authorization_details", out _));
    }

    [Fact]
    public async Task Nor_when_the_stricter_term_comes_before_the_wider_scope()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude, mail) = (await server.SignedInAsync(), Agent.Native(server), Agent.MailServer(server));
        var before = await FreeAsync(alice, claude);
        await alice.ReduceAsync("offline_access", "mail.read");
        await alice.OpenAsync(claude.AskFor("mail.read", ("prompt", "consent")));
        await alice.PressAsync("Allow"); // asking first is what the page proposes

        await alice.OpenAsync(claude.AskFor(Everything, ("prompt", "consent")));
        await alice.AllowAllAsync();

        Assert.False(await mail.SeesAsync(before.AccessToken));
    }

    [Fact]
    public async Task A_tighter_daily_limit_goes_on_with_what_was_used_today()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude) = (await server.SignedInAsync(), Agent.Native(server));
        var gid = await LimitedAsync(alice, claude, "5");
        for (var i = 0; i < 4; i++)
        {
            Assert.True((await server.SpendAsync(gid)).IsGood);
        }

        var tighter = await LimitedAsync(alice, claude, "4");

        Assert.NotEqual(gid, tighter);
        Assert.False((await server.SpendAsync(tighter)).IsGood);
        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("""{"allowed":true,"left":3}""", (await server.SpendAsync(tighter)).Body);
    }

    /// <summary>May do all of it, as often as it likes, and asks nobody.</summary>
    private static async Task<TokenAnswer> FreeAsync(Browser person, Agent agent)
    {
        await person.OpenAsync(agent.AskFor(Everything));
        await person.Tick("offline_access", "mail.read", "mail.send", "mail.delete")
            .PressAsync("Allow", ("preset", "choose"), ("ask", "false"));
        return await agent.RedeemAsync(person.Answer["code"]);
    }

    private static async Task<string> LimitedAsync(Browser person, Agent agent, string limit)
    {
        await person.OpenAsync(agent.AskFor("mail.read mail.send", ("prompt", "consent")));
        await person.Tick("mail.read", "mail.send").PressAsync("Allow", ("preset", "choose"), ("limit", limit));
        return (await agent.RedeemAsync(person.Answer["code"])).Claims.GetProperty("gid").GetString()!;
    }
}

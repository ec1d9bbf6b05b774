using AgentAuth.EndToEnd.Support;
using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Pages;

public sealed class JourneyInChromiumTests(SharedDemo shared, Chromium chromium)
{
    private const string Alice = "alice@demo.test";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Alice_allows_an_agent_in_Chromium_finds_it_and_removes_it(bool withScript)
    {
        var demo = await shared.StartedAsync();
        await Person.Alice(demo).RemoveEveryAgentAsync();
        await using var callback = await LoopbackSite.StartAsync("<!doctype html><title>Done</title><h1>You may close this page</h1>");
        await using var context = await chromium.OpenAsync(withScript: withScript);
        var watch = new BrowserWatch(context);
        var alice = new PersonInChromium(await context.NewPageAsync(), demo, Alice);
        var agent = await Agent.MeetAsync(demo);

        var ask = agent.AskFor("mail.read offline_access", callback.Port);
        await alice.Page.GotoAsync(ask.Url);
        await alice.SignInAsync();
        await Assertions.Expect(alice.Page.Locator("body")).ToContainTextAsync("127.0.0.1");
        await Assertions.Expect(alice.Page.Locator("body")).ToContainTextAsync("Demo Mail");
        await alice.AllowAsync();
        var tokens = await agent.RedeemAsync(ask, ask.CodeFrom(await callback.VisitAsync("/callback")));
        var mailbox = new Mailbox(demo.Mail, tokens.AccessToken);
        Assert.NotEmpty(await mailbox.CallAsync("list_messages"));

        await alice.OpenAsync("/account/agents");
        await alice.OpenDetailsAsync();
        await Assertions.Expect(alice.Page.Locator("body")).ToContainTextAsync("Demo Mail");
        await alice.OpenAsync("/account/agents");
        await alice.RemoveAsync();
        await Assertions.Expect(alice.RemoveButtons).ToHaveCountAsync(0);

        await mailbox.IsRefusedAsync(within: TimeSpan.FromSeconds(1));
        Assert.Equal("invalid_grant", (await agent.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Empty(watch.Complaints); // among them every breach of the content security policy
        Assert.Equal([demo.Issuer, callback.Origin], watch.Origins);
    }
}

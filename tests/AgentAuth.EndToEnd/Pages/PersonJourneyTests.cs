using System.Net;
using AgentAuth.EndToEnd.Support;
using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Pages;

/// <summary>
/// Everything a person does about their agents, on a phone's width, with the keyboard alone, in both languages: what they press works at
/// the real sample servers.
/// </summary>
public sealed class PersonJourneyTests(SharedDemo shared, Chromium chromium)
{
    private const string Cancel = "button[formaction*='Cancel']";
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("en")]
    [InlineData("zh-HK")]
    public async Task Asked_a_person_sees_who_asks_says_no_and_then_allows_less_for_a_week(string language)
    {
        await using var at = await StartAsync(language);
        var (page, agent) = (at.Page, await Agent.MeetAsync(at.Demo));

        await at.OpenAsync(agent.AskFor("mail.read", at.Callback.Port).Url);
        await Assertions.Expect(page.Locator(".notice--warning")).ToBeVisibleAsync(); // any program could use this name
        await page.PressAsync(Cancel, "Enter");
        Assert.Contains("error=access_denied", (await at.Callback.VisitAsync("/callback")).Query, StringComparison.Ordinal);

        var ask = agent.AskFor("mail.read mail.send offline_access", at.Callback.Port);
        await at.OpenAsync(ask.Url);
        await page.WalkToAsync("input[name=preset]");
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Locator("input[value='mail.send']")).Not.ToBeCheckedAsync(); // it changes something
        await page.PressAsync("details.fold > summary:has(.fold__aside)", "Enter");
        await page.WalkToAsync("input[name=lasts]");
        await page.Keyboard.PressAsync("ArrowUp"); // from 30 days to 7
        await Assertions.Expect(page.Locator("input[value=week]")).ToBeCheckedAsync();
        await page.PressAsync(Visit.Allow, "Enter");
        var tokens = await agent.RedeemAsync(ask, ask.CodeFrom(await at.Callback.VisitAsync("/callback")));

        var mailbox = new Mailbox(at.Demo.Mail, tokens.AccessToken);
        Assert.NotEmpty(await mailbox.CallAsync("list_messages"));
        Assert.Equal(HttpStatusCode.Forbidden, await mailbox.TryAsync("send_message"));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh-HK")]
    public async Task Only_the_things_that_are_picked_are_seen(string language)
    {
        await using var at = await StartAsync(language);
        var agent = await Agent.MeetAtAsync(at.Demo, at.Demo.Files);
        var ask = agent.AskFor("files.read", at.Callback.Port);

        await at.OpenAsync(ask.Url);
        await at.Page.WalkToAsync("input[name=object]");
        var picked = await at.Page.EvaluateAsync<string>("document.activeElement.value");
        await at.Page.Keyboard.PressAsync("Space");
        await at.Page.PressAsync(Visit.Allow, "Enter");
        var tokens = await agent.RedeemAsync(ask, ask.CodeFrom(await at.Callback.VisitAsync("/callback")));

        var files = await new Mailbox(at.Demo.Files, tokens.AccessToken).CallAsync("list_files");
        Assert.Contains(picked, files, StringComparison.Ordinal);
        foreach (var other in await OthersAsync(at, picked))
        {
            Assert.DoesNotContain(other, files, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh-HK")]
    public async Task A_person_finds_an_agent_changes_what_it_may_reads_what_it_did_and_removes_it(string language)
    {
        await using var at = await StartAsync(language);
        var (page, agent) = (at.Page, await Agent.MeetAsync(at.Demo));
        var tokens = await agent.ConnectAsync(Person.Alice(at.Demo), "mail.read mail.send offline_access");
        var mailbox = new Mailbox(at.Demo.Mail, tokens.AccessToken);
        await mailbox.CallAsync("list_messages");

        await at.OpenSignedInAsync("/account/agents");
        await page.GoAsync("a[href^='/account/agents/']");
        var own = page.Url;
        await FeedSaysAsync(page, "list_messages");
        await ChangeAsync(page, "Rename", "input[name=label]", () => page.Keyboard.TypeAsync("On my laptop"));
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("On my laptop");
        await ChangeAsync(page, "Until", "select[name=lasts]", () => page.Keyboard.PressAsync("Home")); // the shortest
        await ChangeAsync(page, "Reduce", "input[name=scope][value='mail.read']", () => page.Keyboard.PressAsync("Space"));
        await Poll.UntilAsync(
            async () => await mailbox.TryAsync("list_messages") == HttpStatusCode.Forbidden, Promise, () => "It still reads mail.");
        await page.GoAsync("form[action*='Pause'] button");
        await Poll.UntilAsync(
            async () => await mailbox.TryAsync("send_message") == HttpStatusCode.Unauthorized, Promise, () => "It still sends.");
        await page.GoAsync("form[action*='Resume'] button");
        await page.WalkToAsync("a[download]");
        var receipt = await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("Enter"));
        var jws = await File.ReadAllTextAsync(await receipt.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Equal(3, jws.Split('.').Length);
        Assert.Equal(own, page.Url);

        await at.OpenSignedInAsync("/account/agents");
        await page.GoAsync("form[action*='Remove'] button");
        await Assertions.Expect(page.Locator("form[action*='Remove']")).ToHaveCountAsync(0);
        Assert.Equal("invalid_grant", (await agent.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Theory]
    [InlineData("en", "2")]
    [InlineData("zh-HK", "3")]
    public async Task One_action_is_refused_and_one_is_allowed_and_each_only_once(string language, string message)
    {
        await using var at = await StartAsync(language);
        var agent = await Agent.MeetAsync(at.Demo);
        var tokens = await agent.ConnectAsync(Person.Alice(at.Demo), "mail.read mail.delete"); // the page proposes to ask first
        var mailbox = new Mailbox(at.Demo.Mail, tokens.AccessToken);

        var refused = mailbox.CallAsync("delete_message", new { id = "none" });
        await AnswerAsync(at, "Refuse");
        Assert.Equal("The person did not allow it.", await refused);
        var done = mailbox.CallAsync("delete_message", new { id = message });
        await AnswerAsync(at, "Approve");
        Assert.Equal($"Message {message} was deleted.", await done);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh-HK")]
    public async Task Told_by_mail_a_person_who_did_not_do_it_removes_and_reports_it(string language)
    {
        await using var at = await StartAsync(language);
        var agent = await Agent.MeetAsync(at.Demo);
        var tokens = await agent.ConnectAsync(Person.Alice(at.Demo));
        await at.OpenSignedInAsync("/account/agents");
        var grant = await at.Page.Locator("a[href^='/account/agents/']").First.GetAttributeAsync("href");
        var letter = $"article:has(a[href$='{grant}']) a[href*='/mail-link']";

        await Poll.UntilAsync(
            async () =>
            {
                await at.Page.GotoAsync($"{at.Demo.McpUrl}/mailbox");
                return await at.Page.Locator(letter).CountAsync() > 0;
            },
            Patience,
            () => "No e-mail about it came.");
        await at.Page.GoAsync(letter);
        await at.IsInLanguageAsync();
        await at.Page.GoAsync("form[action$='/mail-link'] button");

        Assert.Equal("invalid_grant", (await agent.RefreshAsync(tokens.RefreshToken)).Error);
    }

    private static async Task AnswerAsync(Visit at, string handler)
    {
        const string question = "a[href^='/account/approvals/']";
        await Poll.UntilAsync(
            async () =>
            {
                await at.OpenSignedInAsync("/account/approvals");
                return await at.Page.Locator(question).CountAsync() > 0;
            },
            Patience,
            () => "Nothing waits for an answer.");
        await at.Page.GoAsync(question);
        await at.IsInLanguageAsync();
        await Assertions.Expect(at.Page.Locator($"button[formaction*='{handler}']")).ToBeEnabledAsync();
        await at.Page.GoAsync($"button[formaction*='{handler}']");
    }

    /// <summary>What the list of files would have named beside the one.</summary>
    private static async Task<IEnumerable<string>> OthersAsync(Visit at, string picked)
    {
        await at.OpenAsync((await Agent.MeetAtAsync(at.Demo, at.Demo.Files)).AskFor("files.read", at.Callback.Port).Url);
        var all = await at.Page.Locator("input[name=object]").EvaluateAllAsync<string[]>("all => all.map(box => box.value)");
        Assert.True(all.Length > 1, "Demo Files offers one thing, or none.");
        return all.Where(thing => thing != picked);
    }

    /// <summary>Opens the fold of a form, does something to a field, and sends it.</summary>
    private static async Task ChangeAsync(IPage page, string handler, string field, Func<Task> doAsync)
    {
        await page.PressAsync($"details:has(form[action*='{handler}']) > summary", "Enter");
        await page.WalkToAsync($"form[action*='{handler}'] {field}");
        await doAsync();
        await page.GoAsync($"form[action*='{handler}'] button[type=submit]");
    }

    private static Task FeedSaysAsync(IPage page, string tool) => Poll.UntilAsync(
        async () =>
        {
            await page.ReloadAsync();
            return (await page.Locator("#activity").TextContentAsync())!.Contains(tool, StringComparison.Ordinal);
        },
        Patience,
        () => "What it did does not stand on its page.");

    private async Task<Visit> StartAsync(string language)
    {
        var demo = await shared.StartedAsync();
        await Person.Alice(demo).RemoveEveryAgentAsync();
        return await Visit.StartAsync(demo, chromium, language);
    }
}

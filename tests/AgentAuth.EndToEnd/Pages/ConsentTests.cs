using AgentAuth.EndToEnd.Support;
using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Pages;

/// <summary>The question to a person: in both languages, on a phone, in the dark, without script, from the keyboard alone.</summary>
public sealed class ConsentTests(SharedDemo shared, Chromium chromium)
{
    private const string Everything = "openid offline_access mail.read mail.send mail.delete";

    [Theory]
    [InlineData("light", "en", true)]
    [InlineData("dark", "en", true)]
    [InlineData("narrow", "en", true)]
    [InlineData("light", "zh-HK", true)]
    [InlineData("narrow", "zh-HK", true)]
    [InlineData("narrow", "en", false)]
    public async Task It_is_read_in_each_look_and_language(string lookName, string language, bool withScript)
    {
        var (demo, look) = (await shared.StartedAsync(), Look.Called(lookName));
        await Person.Alice(demo).RemoveEveryAgentAsync();
        await using var context = await chromium.OpenAsync(look, withScript, language);
        var watch = new BrowserWatch(context);
        var page = await context.NewPageAsync();

        await OpenAsync(page, (await Agent.MeetAsync(demo)).AskFor(Everything).Url);
        await LookAtAsync(page, look, $"consent.{look.Name}.{language}.{(withScript ? "" : "no-")}script", withScript);
        foreach (var fold in await page.Locator("details > summary").AllAsync())
        {
            await fold.PressAsync("Enter");
        }
        await LookAtAsync(page, look, $"consent.{look.Name}.{language}.{(withScript ? "" : "no-")}script.open", withScript);

        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language);
        await Assertions.Expect(page.Locator("input[name=preset][value=read]")).ToBeCheckedAsync();
        Assert.Equal([demo.Issuer], watch.Origins);
        Assert.DoesNotContain(watch.Complaints, c => c.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_button_and_the_sum_say_what_is_chosen()
    {
        var demo = await shared.StartedAsync();
        await Person.Alice(demo).RemoveEveryAgentAsync();
        await using var context = await chromium.OpenAsync();
        var page = await context.NewPageAsync();
        await OpenAsync(page, (await Agent.MeetAsync(demo)).AskFor(Everything).Url);
        var (allow, sum) = (page.Locator("[data-settle]"), page.Locator("#sum"));

        await Assertions.Expect(allow).ToHaveTextAsync("Allow read only for 30 days");
        await Assertions.Expect(sum).ToHaveTextAsync("Can see 2 things. Can change 0. Can delete 0.");
        await page.Locator("input[value='mail.send']").CheckAsync();
        await Assertions.Expect(page.Locator("input[value=choose]")).ToBeCheckedAsync();
        await Assertions.Expect(allow).ToHaveTextAsync("Allow what is ticked for 30 days");
        await Assertions.Expect(sum).ToHaveTextAsync("Can see 2 things. Can change 1. Can delete 0.");
        await page.Locator("input[value=all]").First.CheckAsync();
        await Assertions.Expect(page.Locator("input[value='mail.delete']")).ToBeCheckedAsync();
        await page.GetByText("More choices").ClickAsync();
        await page.Locator("input[value=week]").CheckAsync();
        await Assertions.Expect(allow).ToHaveTextAsync("Allow everything for 7 days");
        await page.Locator("input[value=read]").CheckAsync();

        await Assertions.Expect(page.Locator("input[value='mail.send']")).Not.ToBeCheckedAsync();
        await Assertions.Expect(allow).ToHaveTextAsync("Allow read only for 7 days");
    }

    [Fact]
    public async Task From_the_keyboard_alone_a_person_reads_chooses_and_allows()
    {
        var demo = await shared.StartedAsync();
        await Person.Alice(demo).RemoveEveryAgentAsync();
        await using var callback = await LoopbackSite.StartAsync("<!doctype html><title>Done</title><h1>You may close this page</h1>");
        await using var context = await chromium.OpenAsync(Look.Narrow);
        var page = await context.NewPageAsync();
        var agent = await Agent.MeetAsync(demo);
        var ask = agent.AskFor(Everything, callback.Port);
        await OpenAsync(page, ask.Url);

        Assert.Equal("BODY", await page.EvaluateAsync<string>("document.activeElement.tagName")); // nothing is pressed by a stray Enter
        await page.WalkToAsync("input[name=preset]");
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Locator("input[value=choose]")).ToBeCheckedAsync();
        await page.WalkToAsync("input[value='mail.read']");
        await page.WalkToAsync("summary");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("list_messages")).ToBeVisibleAsync();
        await page.WalkToAsync("input[value='mail.send']");
        await page.Keyboard.PressAsync("Space");
        await page.WalkToAsync("button[formaction*='Cancel']"); // the no comes first
        await page.WalkToAsync("[data-settle]");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveTitleAsync("Done", new() { Timeout = 30_000 });
        var tokens = await agent.RedeemAsync(ask, ask.CodeFrom(await callback.VisitAsync("/callback")));

        Assert.NotEmpty(await new Mailbox(demo.Mail, tokens.AccessToken).CallAsync("list_messages"));
    }

    /// <summary>By what the fields are, not by what they are called: the page speaks two languages.</summary>
    private static async Task OpenAsync(IPage page, string ask)
    {
        await page.GotoAsync(ask);
        await page.Locator("input[name=Email]").FillAsync("alice@demo.test");
        await page.Locator("input[name=Password]").FillAsync(Person.Password);
        await page.Locator("input[name=Password]").PressAsync("Enter");
        await Assertions.Expect(page.Locator("[data-settle]")).ToBeEnabledAsync();
    }

    private static async Task LookAtAsync(IPage page, Look look, string name, bool withScript)
    {
        await page.ScreenshotAsync(new()
        {
            Path = Path.Combine(Repository.Results("screenshots"), $"{name}.png"),
            FullPage = true,
        });
        if (withScript)
        {
            Assert.Empty(await Axe.ViolationsOnAsync(page));
            Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, look.Width);
        }
    }
}

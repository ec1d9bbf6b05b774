using AgentAuth.EndToEnd.Support;
using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Pages;

/// <summary>From a refusal, over the link on it, to the reason: in both languages, on a phone, in the dark, without script.</summary>
public sealed class ExplanationTests(SharedDemo shared, Chromium chromium)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("light", "en", "Why was I refused?", true)]
    [InlineData("dark", "en", "Why was I refused?", true)]
    [InlineData("narrow", "en", "Why was I refused?", true)]
    [InlineData("light", "zh-Hant", "為甚麼我被拒絕？", true)]
    [InlineData("narrow", "zh-Hant", "為甚麼我被拒絕？", true)]
    [InlineData("narrow", "en", "Why was I refused?", false)]
    public async Task A_developer_follows_a_refusal_to_its_reason(string lookName, string language, string title, bool withScript)
    {
        var demo = await shared.StartedAsync();
        var look = Look.Called(lookName);
        var ask = (await Agent.MeetAsync(demo)).AskFor("mail.read").Url.Replace("callback", "elsewhere", StringComparison.Ordinal);
        await using var context = await chromium.OpenAsync(look, withScript, language);
        var watch = new BrowserWatch(context);
        var page = await context.NewPageAsync();

        await page.GotoAsync(ask);
        var link = await page.Locator("a[href*='/developers/why']").First.GetAttributeAsync("href");
        await SignInAsync(page, demo);
        await page.GotoAsync(demo.Issuer + new Uri(new Uri(demo.Issuer), link).PathAndQuery);
        await Poll.UntilAsync(() => IsExplainedAsync(page), Patience, () => $"{link} explains nothing.");

        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(title);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("elsewhere");
        await Assertions.Expect(page.Locator("main section h2").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language);
        await page.ScreenshotAsync(new()
        {
            Path = Path.Combine(Repository.Results("screenshots"), $"why.{look.Name}.{language}.{(withScript ? "" : "no-")}script.png"),
            FullPage = true,
        });
        if (withScript)
        {
            Assert.Empty(await Axe.ViolationsOnAsync(page));
            Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, look.Width);
        }
        Assert.DoesNotContain(watch.Complaints, c => c.Contains("Content Security Policy", StringComparison.Ordinal));
        Assert.Equal([demo.Issuer], watch.Origins);
    }

    /// <summary>By what the fields are, not by what they are called: the page speaks two languages.</summary>
    private static async Task SignInAsync(IPage page, DemoProcess demo)
    {
        await page.GotoAsync(demo.Issuer + "/developers/why");
        await page.Locator("input[name=Email]").FillAsync("dev@demo.test");
        await page.Locator("input[name=Password]").FillAsync(Person.Password);
        await page.Locator("input[name=Password]").PressAsync("Enter");
        await Assertions.Expect(page.Locator("input[name=id]")).ToBeVisibleAsync();
    }

    /// <summary>It is written a moment after the refusal.</summary>
    private static async Task<bool> IsExplainedAsync(IPage page)
    {
        if (await page.Locator("#rule").CountAsync() > 0)
        {
            return true;
        }
        await page.ReloadAsync();
        return await page.Locator("#rule").CountAsync() > 0;
    }
}

using AgentAuth.EndToEnd.Support;
using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Pages;

/// <summary>The developer portal's playground in a real browser.</summary>
public sealed class PlaygroundTests(SharedDemo shared, Chromium chromium, ITestOutputHelper output)
{
    private const string Developer = "dev@demo.test";

    private readonly List<string> _found = [];

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    [InlineData("narrow")]
    public async Task Each_of_its_steps_keeps_to_WCAG_2_2_AA(string lookName)
    {
        var look = Look.Called(lookName);
        var demo = await shared.StartedAsync();
        await using var context = await chromium.OpenAsync(look);
        var watch = new BrowserWatch(context);
        var dev = new PersonInChromium(await context.NewPageAsync(), demo, Developer);

        await dev.OpenSignedInAsync("/developers/try");
        await LookAtAsync(dev.Page, look, "try-choose");
        await PressAsync(dev.Page, "Begin");
        await LookAtAsync(dev.Page, look, "try-request");
        await GoAsync(dev);
        await LookAtAsync(dev.Page, look, "try-answer");
        await PressAsync(dev.Page, "Redeem the code");
        await PressAsync(dev.Page, "No PKCE");
        await PressAsync(dev.Page, "Show them once");
        await OpenDetailsAsync(dev.Page);
        await LookAtAsync(dev.Page, look, "try-tokens");
        await dev.OpenAsync("/developers/try/callback?code=x&state=y");
        await LookAtAsync(dev.Page, look, "try-not-taken", isRefusal: true);
        await dev.OpenAsync("/developers/try");
        await PressAsync(dev.Page, "End what was allowed here");
        await PressAsync(dev.Page, "Start over");

        Assert.True(_found.Count == 0, string.Join('\n', _found));
        Assert.Equal([demo.Issuer], watch.Origins);
        Assert.DoesNotContain(watch.Complaints, complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_needs_no_script()
    {
        var demo = await shared.StartedAsync();
        await using var context = await chromium.OpenAsync(withScript: false);
        var dev = new PersonInChromium(await context.NewPageAsync(), demo, Developer);

        await dev.OpenSignedInAsync("/developers/try");
        await PressAsync(dev.Page, "Begin");
        await GoAsync(dev);
        await PressAsync(dev.Page, "Redeem the code");
        await PressAsync(dev.Page, "Refresh");
        await PressAsync(dev.Page, "Redeem the code again");

        await Assertions.Expect(dev.Page.Locator("main")).ToContainTextAsync("invalid_grant");
        await dev.Page.Locator(".exchange a").First.ClickAsync();
        await Assertions.Expect(dev.Page.Locator("main")).ToContainTextAsync("The rule that failed");
    }

    private static async Task GoAsync(PersonInChromium dev)
    {
        await dev.Page.GetByRole(AriaRole.Link, new() { Name = "Go to the authorization endpoint" }).ClickAsync();
        await dev.AllowAsync();
        await Assertions.Expect(dev.Page.Locator("main")).ToContainTextAsync("Came back with a code.");
    }

    /// <summary>From the keyboard, one after the other.</summary>
    private static async Task OpenDetailsAsync(IPage page)
    {
        var closed = page.Locator("details:not([open]) > summary");
        for (var left = await closed.CountAsync(); left > 0; left--)
        {
            await closed.First.PressAsync("Enter");
            await Assertions.Expect(closed).ToHaveCountAsync(left - 1);
        }
    }

    private static Task PressAsync(IPage page, string button) =>
        page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync();

    private async Task LookAtAsync(IPage page, Look look, string name, bool isRefusal = false)
    {
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(isRefusal ? "The answer was not taken" : "Try it");
        await page.ScreenshotAsync(new()
        {
            Path = Path.Combine(Repository.Results("screenshots"), $"{name}.{look.Name}.png"),
            FullPage = true,
        });
        var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        output.WriteLine($"{name}: {wide} of {look.Width} px");
        _found.AddRange((await Axe.ViolationsOnAsync(page)).Select(violation => $"{name}, {look.Name}: {violation}"));
        if (wide > look.Width)
        {
            _found.Add($"{name}, {look.Name}: is {wide} px wide and scrolls sideways");
        }
    }
}

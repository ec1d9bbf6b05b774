using System.Net;
using AgentAuth.EndToEnd.Support;
using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Pages;

public sealed class ClickjackingTests(SharedDemo shared, Chromium chromium)
{
    private const string Harmless = "<!doctype html><title>Harmless</title><p>This page lets itself be framed</p>";

    [Fact]
    public async Task A_page_that_frames_sign_in_or_consent_shows_nothing_of_them()
    {
        var demo = await shared.StartedAsync();
        await using var context = await chromium.OpenAsync();
        var page = await context.NewPageAsync();
        var ask = (await Agent.MeetAsync(demo)).AskFor("mail.read");

        await using var harmless = await LoopbackSite.StartAsync(Harmless);
        Assert.Contains("lets itself be framed", await FramedAsync(page, $"http://localhost:{harmless.Port}/"), StringComparison.Ordinal);
        Assert.Empty(await FramedAsync(page, ask.Url));

        await page.GotoAsync(ask.Url);
        await new PersonInChromium(page, demo, "alice@demo.test").SignInAsync();
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("Demo Mail");
        Assert.Empty(await FramedAsync(page, ask.Url));
        Assert.Empty(await FramedAsync(page, $"{demo.Issuer}/account/agents"));
    }

    /// <summary>What a person would read in the frame, on a page of the same site so that even lax cookies come along.</summary>
    private static async Task<string> FramedAsync(IPage page, string url)
    {
        await using var attacker = await LoopbackSite.StartAsync(
            $"<!doctype html><title>Win</title><iframe width=800 height=600 src=\"{WebUtility.HtmlEncode(url)}\"></iframe>");
        await page.GotoAsync($"http://localhost:{attacker.Port}/", new() { WaitUntil = WaitUntilState.Load });
        var frame = page.Frames.Single(frame => frame != page.MainFrame);
        return frame.Url.StartsWith("chrome-error:", StringComparison.Ordinal) ? string.Empty : await frame.InnerTextAsync("body");
    }
}

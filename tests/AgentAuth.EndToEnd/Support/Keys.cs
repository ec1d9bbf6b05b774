using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Support;

/// <summary>A person with a keyboard and nothing else.</summary>
internal static class Keys
{
    private const int LongestWalk = 80;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>With the tab key, from where they are; by what a thing is, not by what it is called: pages speak two languages.</summary>
    public static async Task WalkToAsync(this IPage page, string selector)
    {
        for (var step = 0; step < LongestWalk; step++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }
        }
        Assert.Fail($"Nobody gets to {selector} at {page.Url} with the tab key.");
    }

    public static async Task PressAsync(this IPage page, string selector, string key)
    {
        await page.WalkToAsync(selector);
        await page.Keyboard.PressAsync(key);
    }

    /// <summary>Presses a button or follows a link, and waits for the page it leads to.</summary>
    public static async Task GoAsync(this IPage page, string selector)
    {
        await page.WalkToAsync(selector);
        await page.EnterAsync();
    }

    public static async Task EnterAsync(this IPage page)
    {
        await page.EvaluateAsync("window.isLeft = true");
        await page.Keyboard.PressAsync("Enter");
        await Poll.UntilAsync(() => IsThereAsync(page), Patience, () => $"Enter led nowhere from {page.Url}.");
    }

    private static async Task<bool> IsThereAsync(IPage page)
    {
        try
        {
            return await page.EvaluateAsync<bool>("!window.isLeft && document.readyState === 'complete'");
        }
        catch (PlaywrightException)
        {
            return false; // between two pages
        }
    }
}

using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Pages;

/// <summary>Those who judge the pages must be able to say no.</summary>
public sealed class JudgesTests(Chromium chromium)
{
    private const string Bad =
        "<!doctype html><html lang=en><title>Bad</title><main><h1>Bad</h1><input><p style=\"color:red\">Hm</p></main></html>";

    [Fact]
    public async Task A_field_without_a_label_and_a_style_against_the_policy_are_found()
    {
        await using var site = await LoopbackSite.StartAsync(Bad, "default-src 'none'");
        await using var context = await chromium.OpenAsync();
        var watch = new BrowserWatch(context);
        var page = await context.NewPageAsync();

        await page.GotoAsync(site.Origin);

        Assert.Contains(await Axe.ViolationsOnAsync(page), violation => violation.StartsWith("label:", StringComparison.Ordinal));
        Assert.Contains(watch.Complaints, complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal));
        Assert.Equal([site.Origin], watch.Origins);
    }
}

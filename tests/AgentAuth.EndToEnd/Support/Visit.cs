using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Support;

/// <summary>Alice at her phone, which is 320 px wide and speaks one language, with its keyboard.</summary>
internal sealed record Visit(DemoProcess Demo, IBrowserContext Context, IPage Page, string Language) : IAsyncDisposable
{
    public const string Allow = "[data-settle]";

    public required LoopbackSite Callback { get; init; }

    public static async Task<Visit> StartAsync(DemoProcess demo, Chromium chromium, string language)
    {
        var context = await chromium.OpenAsync(Look.Narrow, language: language);
        return new Visit(demo, context, await context.NewPageAsync(), language)
        {
            Callback = await LoopbackSite.StartAsync("<!doctype html><title>Done</title><h1>You may close this page</h1>"),
        };
    }

    public Task OpenSignedInAsync(string path) => OpenAsync(Demo.Issuer + path);

    public async Task OpenAsync(string address)
    {
        await Page.GotoAsync(address);
        if (await Page.Locator("input[name=Password]").CountAsync() > 0)
        {
            await Page.WalkToAsync("input[name=Email]");
            await Page.Keyboard.TypeAsync("alice@demo.test");
            await Page.WalkToAsync("input[name=Password]");
            await Page.Keyboard.TypeAsync(Person.Password);
            await Page.EnterAsync();
        }
        await IsInLanguageAsync();
        if (await Page.Locator(Allow).CountAsync() > 0)
        {
            await Assertions.Expect(Page.Locator(Allow)).ToBeEnabledAsync();
        }
    }

    /// <summary>And as wide as the phone.</summary>
    public async Task IsInLanguageAsync()
    {
        await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", Language);
        Assert.InRange(await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, Look.Narrow.Width);
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await Callback.DisposeAsync();
    }
}

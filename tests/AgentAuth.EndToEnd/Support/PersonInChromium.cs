using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Support;

/// <summary>Somebody the demo knows, before a real browser; finds things by the names the contract fixes.</summary>
internal sealed partial class PersonInChromium(IPage page, DemoProcess demo, string email)
{
    public IPage Page => page;

    public Task OpenAsync(string path) => page.GotoAsync(demo.Issuer + path);

    public async Task SignInAsync()
    {
        await page.GetByLabel("Email").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Person.Password);
        await Button(SignInButton).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Password", new() { Exact = true })).ToHaveCountAsync(0);
    }

    /// <summary>Opens a page and signs in on the way.</summary>
    public async Task OpenSignedInAsync(string path)
    {
        await OpenAsync(path);
        await SignInAsync();
    }

    public async Task AllowAsync()
    {
        foreach (var box in await page.Locator("input[name=scope][type=checkbox]:enabled").AllAsync())
        {
            await box.CheckAsync();
        }

        await Button(AllowButton).First.ClickAsync();
    }

    public Task OpenDetailsAsync() => page.GetByRole(AriaRole.Link, new() { NameRegex = DetailsLink }).First.ClickAsync();

    public Task RemoveAsync() => Button(RemoveButton).First.ClickAsync();

    public ILocator RemoveButtons => Button(RemoveButton);

    [GeneratedRegex("^Sign in$", RegexOptions.None, 1000)]
    private static partial Regex SignInButton { get; }

    [GeneratedRegex("^Allow", RegexOptions.None, 1000)]
    private static partial Regex AllowButton { get; }

    [GeneratedRegex("^Remove", RegexOptions.None, 1000)]
    private static partial Regex RemoveButton { get; }

    [GeneratedRegex("^Details", RegexOptions.None, 1000)]
    private static partial Regex DetailsLink { get; }

    private ILocator Button(Regex name) => page.GetByRole(AriaRole.Button, new() { NameRegex = name });
}

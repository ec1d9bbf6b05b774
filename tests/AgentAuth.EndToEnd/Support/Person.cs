using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace AgentAuth.EndToEnd.Support;

/// <summary>Somebody the demo knows, before a browser without script.</summary>
internal sealed class Person
{
    public const string Password = "Demo-only-passw0rd!";
    private readonly string _email;

    private Person(string issuer, string email, HttpClient? web = null)
    {
        _email = email;
        Browser = new FormBrowser(issuer, web);
    }

    public FormBrowser Browser { get; }

    public static Person Alice(DemoProcess demo) => new(demo.Issuer, "alice@demo.test");

    /// <summary>At a server that the demo once planted, on a line of her own.</summary>
    public static Person Alice(string issuer, HttpClient web) => new(issuer, "alice@demo.test", web);

    public static Person Named(DemoProcess demo, string name) => new(demo.Issuer, $"{name}@demo.test");

    public static Person Bob(DemoProcess demo) => new(demo.Issuer, "bob@demo.test");

    /// <summary>Opens what the agent asks for, signs in when asked to, allows everything it asks for.</summary>
    /// <returns>The redirect back to the agent.</returns>
    public async Task<Uri> AllowAsync(string authorizeUrl)
    {
        await OpenConsentAsync(authorizeUrl);
        if (Browser.Landing is null)
        {
            TickAllScopes();
            await Browser.PressAsync("Allow");
        }

        return Browser.Landing ?? throw Browser.Missing("redirect back to the agent");
    }

    public async Task OpenConsentAsync(string authorizeUrl)
    {
        await Browser.OpenAsync(authorizeUrl);
        await SignInIfAskedAsync();
    }

    public void TickAllScopes()
    {
        foreach (var box in Browser.Page.QuerySelectorAll<IHtmlInputElement>("input[name=scope][type=checkbox]"))
        {
            box.IsChecked = true;
        }
    }

    public Task OpenAgentsAsync() => OpenSignedInAsync("/account/agents");

    /// <param name="page">Its path, or its whole address where it is another node's.</param>
    public async Task OpenSignedInAsync(string page)
    {
        var there = new Uri(Browser.Address, page);
        await Browser.OpenAsync(page);
        await SignInIfAskedAsync();
        Assert.Equal(there.AbsolutePath, Browser.Address.AbsolutePath);
    }

    public async Task<IHtmlElement> OnlyRemoveButtonAsync()
    {
        await OpenAgentsAsync();
        return Assert.Single(RemoveButtons());
    }

    public async Task<int> CountAgentsAsync()
    {
        await OpenAgentsAsync();
        return RemoveButtons().Count;
    }

    public async Task RemoveEveryAgentAsync()
    {
        await OpenAgentsAsync();
        while (RemoveButtons() is [var first, ..])
        {
            await PressRemoveAsync(first);
            await OpenAgentsAsync();
        }
    }

    public async Task PressRemoveAsync(IHtmlElement button)
    {
        await Browser.PressAsync(button);
        Assert.True(Browser.Status is 200, $"Remove answered {Browser.Status} at {Browser.Address}");
    }

    private List<IHtmlElement> RemoveButtons() => [.. FormBrowser.Buttons(Browser.Page, "Remove")];

    private async Task SignInIfAskedAsync()
    {
        if (Browser.Landing is not null || Browser.Button("Sign in") is null)
        {
            return;
        }

        Browser.Fill("Email", _email);
        Browser.Fill("Password", Password);
        await Browser.PressAsync("Sign in");
        if (Browser.Landing is null && (Browser.Status != 200 || Browser.Button("Sign in") is not null))
        {
            throw Browser.Missing($"page for {_email} after signing in");
        }
    }
}

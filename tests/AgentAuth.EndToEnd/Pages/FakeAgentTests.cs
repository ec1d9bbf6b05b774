using System.Net.Http.Json;
using System.Text.Json;
using AgentAuth.EndToEnd.Support;
using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Pages;

/// <summary>An agent that registers itself under a name that looks like a known one's.</summary>
public sealed class FakeAgentTests(SharedDemo shared, Chromium chromium)
{
    private const string Name = "C1aude";
    private const string Callback = "https://c1aude.example/callback";

    [Theory]
    [InlineData("en")]
    [InlineData("zh-HK")]
    public async Task A_person_sees_that_it_is_not_who_it_looks_like(string language)
    {
        var demo = await shared.StartedAsync();
        await using var at = await Visit.StartAsync(demo, chromium, language);
        var ask = (await Agent.MeetAsync(demo)).AskFor("mail.read");
        var address = ask.Url.Replace(Agent.ClientId, await RegisterAsync(demo), StringComparison.Ordinal)
            .Replace(Uri.EscapeDataString(ask.RedirectUri), Uri.EscapeDataString(Callback), StringComparison.Ordinal);

        await at.OpenAsync(address);

        await Assertions.Expect(at.Page.Locator(".notice--error[role=note]")).ToContainTextAsync("Claude");
        await Assertions.Expect(at.Page.Locator(".asker")).ToContainTextAsync("c1aude.example");
        await Assertions.Expect(at.Page.Locator("h1")).Not.ToContainTextAsync(Name);
        await Assertions.Expect(at.Page.Locator("input[name=lasts][value=unending]")).ToHaveCountAsync(0);
    }

    private static async Task<string> RegisterAsync(DemoProcess demo)
    {
        using var answer = await Web.Client.PostAsJsonAsync(
            $"{demo.Issuer}/connect/register",
            new { client_name = Name, redirect_uris = new[] { Callback }, token_endpoint_auth_method = "none" },
            TestContext.Current.CancellationToken);
        var client = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return client.GetProperty("client_id").GetString() ?? throw new Xunit.Sdk.XunitException($"Not registered: {client}");
    }
}

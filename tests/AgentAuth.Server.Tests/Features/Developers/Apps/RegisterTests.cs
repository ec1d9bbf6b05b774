using System.Net;
using System.Text.Json;
using AgentAuth.Server.Features.Developers.Apps;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Developers.Apps;

/// <summary>A developer registers an app: by preset or by hand, under the rules every client is under.</summary>
public sealed class RegisterTests
{
    [Theory]
    [InlineData("claude", "https://claude.ai/api/mcp/auth_callback", false, nameof(Trust.SelfDeclared))]
    [InlineData("chatgpt", "https://chatgpt.com/connector_platform_oauth_redirect", false, nameof(Trust.SelfDeclared))]
    [InlineData("vs-code", "http://127.0.0.1:33418/", true, nameof(Trust.SelfDeclared))]
    [InlineData("cursor", "cursor://anysphere.cursor-mcp/oauth/callback", true, nameof(Trust.SelfDeclared))]
    [InlineData("codex", "http://127.0.0.1/callback", true, nameof(Trust.RunsOnThisComputer))]
    [InlineData("gemini-cli", "http://localhost/oauth/callback", true, nameof(Trust.RunsOnThisComputer))]
    [InlineData("mcp-inspector", "http://localhost:6274/oauth/callback", true, nameof(Trust.RunsOnThisComputer))]
    [InlineData("own", "http://127.0.0.1/callback", true, nameof(Trust.RunsOnThisComputer))]
    public async Task A_preset_is_registered_as_it_is_filled_in(string preset, string redirect, bool isNative, string trust)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        await dev.OpenAsync($"/developers/register?preset={preset}");

        var redirects = dev.Page.QuerySelector("textarea[name=Redirects]")!.TextContent.Trim();
        await dev.PressAsync("Register", ("Name", "An app"), ("Redirects", redirects));

        var app = await server.LookAsync(db => db.Clients.SingleAsync(c => c.DisplayName == "An app"));
        Assert.Equal($"/developers/apps/{app.ClientId}", dev.Url);
        Assert.Contains(redirect, JsonSerializer.Deserialize<string[]>(app.RedirectUris!)!, StringComparer.Ordinal);
        Assert.Equal(
            (isNative, trust, Origin.ByDeveloper), (app.ApplicationType == ApplicationTypes.Native, app.Trust.ToString(), app.Origin));
        var dbOwner = await server.LookAsync(db => db.Users.SingleAsync(u => u.Id == app.OwnerId));
        Assert.Equal(Who.Developer, dbOwner.Email);
    }

    [Fact]
    public async Task Every_preset_has_its_guide_for_a_server_that_is_here()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);

        foreach (var preset in Preset.All)
        {
            await dev.OpenAsync($"/developers/register?preset={preset.Key}");
            Assert.Equal(preset.Introduces is not null, dev.Text.Contains("can also introduce itself", StringComparison.Ordinal));
            await dev.OpenAsync(dev.Page.QuerySelector("a[href*='/developers/guides/']")!.GetAttribute("href")!);
            Assert.Contains(
                dev.Page.QuerySelectorAll(".prose code"),
                c => c.TextContent.Contains("//" + new Uri(AuthServer.Mail).Authority, StringComparison.Ordinal));
        }
        await dev.OpenAsync("/developers/guides/elsewhere");
        Assert.Equal(HttpStatusCode.NotFound, dev.Status);
    }

    [Theory]
    [InlineData("Redirects", "Ledger", "https://*.ledger.test/cb", "", "with a * whoever holds any one of the addresses")]
    [InlineData("Redirects", "Ledger", "http://ledger.test/cb", "", "Plain http is only safe")]
    [InlineData("Redirects", "Ledger", "ledger:/cb", "", "a domain turned around")]
    [InlineData("Redirects", "Ledger", "javascript:alert(1)", "", "domain turned around")]
    [InlineData("Redirects", "Ledger", "", "", "Name at least one address")]
    [InlineData("Name", "", Portal.Callback, "", "Write the app")]
    [InlineData("Name", "Led\u202Eger", Portal.Callback, "", "nobody sees")]
    [InlineData("Name", "Ledger\u3164", Portal.Callback, "", "nobody sees")]
    [InlineData("KeySet", "Ledger", Portal.Callback, "{\"keys\": [{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}", "private or a symmetric key")]
    [InlineData("KeySet", "Ledger", Portal.Callback, "{\"keys\":[{\"kty\":\"\\ud800\"}]}", "half of a character")]
    [InlineData("KeySet", "Ledger", Portal.Callback, "[1]", "one JSON object")]
    [InlineData("KeySet", "Ledger", Portal.Callback, "", "needs jwks or jwks_uri")]
    [Spec("AA-T045")]
    public async Task What_is_wrong_stands_beside_its_field(string field, string name, string redirects, string keys, string complaint)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        await dev.OpenAsync("/developers/register");

        await dev.PressAsync("Register", ("Name", name), ("Redirects", redirects), ("KeySet", keys),
            ("Proof", field == "KeySet" ? "Key" : "None"));

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Contains(complaint, dev.Page.GetElementById($"{field}-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("true", dev.Page.GetElementById(field)!.GetAttribute("aria-invalid"));
        Assert.Equal(redirects, dev.Page.QuerySelector("textarea[name=Redirects]")!.TextContent.Trim());
        Assert.Equal(0, await server.LookAsync(db => db.Clients.CountAsync(c => c.Origin == Origin.ByDeveloper)));
    }

    [Fact]
    public async Task Two_mistakes_are_told_at_once()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        await dev.OpenAsync("/developers/register");

        await dev.PressAsync("Register", ("Name", ""), ("Redirects", "https://*.test/cb"));

        Assert.NotNull(dev.Page.GetElementById("Name-error"));
        Assert.NotNull(dev.Page.GetElementById("Redirects-error"));
    }

    [Theory]
    [InlineData("/developers/register", "Register")]
    [InlineData(null, "Save")]
    public async Task Each_address_that_is_wrong_is_named_with_what_is_wrong_with_it(string? form, string button)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        form ??= $"/developers/apps/{(await dev.RegistersAsync()).Id}/edit";
        await dev.OpenAsync(form);

        await dev.PressAsync(button, ("Name", "Ledger"), ("Redirects", $"""
            https://*.ledger.test/cb
            {Portal.Callback}
            http://ledger.test/cb
            https://ledger.test/cb#here
            https://ledger.test/{new string('a', 300)}/../cb
            """.Replace("            ", "", StringComparison.Ordinal)));

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        var told = dev.Page.QuerySelectorAll("#Redirects-error p").Select(p => p.TextContent).ToList();
        Assert.Equal(4, told.Count);
        Assert.StartsWith("https://*.ledger.test/cb: Write each redirect address whole", told[0], StringComparison.Ordinal);
        Assert.StartsWith("http://ledger.test/cb: Plain http is only safe", told[1], StringComparison.Ordinal);
        Assert.StartsWith("https://ledger.test/cb#here: A redirect address has no fragment", told[2], StringComparison.Ordinal);
        Assert.StartsWith("https://ledger.test/aaa", told[3], StringComparison.Ordinal);
        Assert.InRange(told[3].Length, 1, 250);
        Assert.DoesNotContain(told, t => t.StartsWith(Portal.Callback + ":", StringComparison.Ordinal));
        Assert.Equal(4, dev.Page.QuerySelectorAll("[role=alert] a[href='#Redirects']").Length);
    }

    /// <summary>Whatever else is posted, the app gets what every app gets.</summary>
    [Fact]
    [Spec("AA-T090")]
    public async Task Nothing_is_gained_by_posting_more()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        await dev.RegistersAsync("Plain");
        var bob = await server.LookAsync(db => db.Users.SingleAsync(u => u.Email == Who.Bob));

        var (id, _) = await dev.RegistersAsync("Greedy", more:
        [
            ("Permissions", "[\"gt:client_credentials\"]"), ("Trust", "VerifiedPublisher"), ("OwnerId", bob.Id.ToString("D")),
            ("Client.Trust", "VerifiedPublisher"), ("ClientId", "mine"), ("Origin", "ByAdministrator"), ("ConsentType", "implicit"),
            ("client_secret", "guessable"), ("grant_types", "client_credentials"), ("Settings", "{}"),
        ]);

        var plain = await server.LookAsync(db => db.Clients.SingleAsync(c => c.DisplayName == "Plain"));
        var greedy = await server.AppAsync(id);
        Assert.Equal(
            (plain.Permissions, plain.Trust, plain.OwnerId, plain.Origin, plain.ConsentType, plain.Settings),
            (greedy.Permissions, greedy.Trust, greedy.OwnerId, greedy.Origin, greedy.ConsentType, greedy.Settings));
        Assert.NotEqual("mine", id);
        Assert.DoesNotContain(Permissions.GrantTypes.ClientCredentials, greedy.PermissionSet);
    }

    [Theory]
    [InlineData("None", "Public: without a secret")]
    [InlineData("Secret", "Confidential: with a secret")]
    [InlineData("Key", "Confidential: with a key of its own")]
    public async Task Its_page_says_by_what_it_proves_itself(string proof, string words)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);

        await dev.RegistersAsync(proof: proof, more: ("KeySet", proof == "Key" ? new Signer().KeySet : ""));

        Assert.Contains(words, dev.Page.QuerySelector("[aria-labelledby=registered]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_an_end_to_how_many_one_has()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync();
        var owner = (await server.AppAsync(id)).OwnerId;
        await server.ChangeAsync(db =>
        {
            db.AddRange(Enumerable.Range(1, MyApps.Most - 1).Select(i => new Client
            {
                Id = Guid.CreateVersion7(),
                ClientId = $"app-{i}",
                Origin = Origin.ByDeveloper,
                OwnerId = owner,
            }));
            return Task.CompletedTask;
        });
        await dev.OpenAsync($"/developers/apps/{id}/delete");
        await dev.PressAsync("Delete the app");

        await dev.OpenAsync("/developers/register");
        await dev.PressAsync("Register", ("Name", "One more"), ("Redirects", Portal.Callback));
        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Contains("You have 50 apps", dev.Text, StringComparison.Ordinal);

        server.Clock.Advance(MyApps.CountedAfterwards);
        var later = await server.SignedInAsync(Who.Developer);
        await later.RegistersAsync("One more");
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_token_registers_nothing()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        await dev.OpenAsync("/developers/register");
        var form = Browser.Filled((IHtmlFormElement)dev.Page.QuerySelector("form.card")!, pressed: null)
            .Where(f => !f.Key.StartsWith("__", StringComparison.Ordinal));

        await dev.SendAsync(HttpMethod.Post, "/developers/register", [.. form, KeyValuePair.Create("Redirects", Portal.Callback)]);

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Equal(0, await server.LookAsync(db => db.Clients.CountAsync(c => c.Origin == Origin.ByDeveloper)));
    }
}

using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Developers.Apps;

/// <summary>A developer's own apps, and nobody else's.</summary>
public sealed class AppTests
{
    private const string NewCallback = "https://ledger.test/new";

    [Fact]
    public async Task The_first_page_says_what_to_do_when_there_is_nothing()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);

        await dev.OpenAsync("/");
        await dev.OpenAsync(dev.Page.QuerySelector("main a[href='/developers']")!.GetAttribute("href")!);

        Assert.Contains("No app of yours is registered", dev.Text, StringComparison.Ordinal);
        Assert.All(
            [
                AuthServer.Issuer, AuthServer.Issuer + "/.well-known/oauth-authorization-server",
                AuthServer.Issuer + "/.well-known/openid-configuration", AuthServer.Mail,
                AuthServer.Mail.Replace("/mail", "/.well-known/oauth-protected-resource/mail", StringComparison.Ordinal),
            ],
            words => Assert.Contains(words, dev.Page.QuerySelectorAll("dd code").Select(c => c.TextContent), StringComparer.Ordinal));
        Assert.NotNull(dev.Page.QuerySelector("header a[href='/developers'][aria-current=page]"));
    }

    [Fact]
    public async Task The_list_tells_how_each_app_fares()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, secret) = await dev.RegistersAsync();
        await With(server, id, secret).TokensFromAsync(server.Browser(), "mail.read");

        await dev.OpenAsync("/developers");

        var row = Assert.Single(dev.Page.QuerySelectorAll("tbody tr"));
        Assert.Contains(id, row.TextContent, StringComparison.Ordinal);
        Assert.Contains("Ledger", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("1", row.QuerySelector("td[data-label='Live grants']")!.TextContent);
        Assert.NotNull(row.QuerySelector("td[data-label='Last used'] time"));
    }

    [Theory]
    [InlineData(Who.Bob, HttpStatusCode.NotFound)]
    [InlineData(Who.Admin, HttpStatusCode.NotFound)]
    public async Task Anothers_app_is_not_there(string email, HttpStatusCode expected)
    {
        await using var server = await AuthServer.StartAsync();
        await server.MakeDeveloperAsync(Who.Bob);
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync();
        var secret = Assert.Single((await server.AppAsync(id)).Secrets);
        var other = await server.SignedInAsync(email);
        var (own, _) = await other.RegistersAsync("Mine");
        var form = Browser.Filled((AngleSharp.Html.Dom.IHtmlFormElement)other.Page.QuerySelector("main form")!, pressed: null);

        foreach (var page in (string[])["", "/edit", "/delete", $"/secrets/{secret.Id}/delete"])
        {
            await other.OpenAsync($"/developers/apps/{id}{page}");
            Assert.Equal(expected, other.Status);
        }
        foreach (var act in (string[])["?handler=AddSecret", $"/secrets/{secret.Id}/delete", "/edit", "/delete"])
        {
            await other.SendAsync(HttpMethod.Post, $"/developers/apps/{id}{act}",
                [.. form.Where(f => f.Key != "secret"), new("secret", secret.Id.ToString("D")), new("days", "30")]);
            Assert.Equal(expected, other.Status);
        }
        await other.SendAsync(HttpMethod.Post, $"/developers/apps/{own}/secrets/{secret.Id}/delete", form);
        Assert.Equal(HttpStatusCode.NotFound, other.Status);

        var app = await server.AppAsync(id);
        Assert.Equal((secret.Id, null), (Assert.Single(app.Secrets).Id, app.RemovedAt));
        await other.OpenAsync("/developers");
        Assert.DoesNotContain(id, other.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_no_developer_is_not_let_in()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        foreach (var page in (string[])["/developers", "/developers/register", "/developers/apps/x", "/developers/guides/claude"])
        {
            await alice.OpenAsync(page);
            Assert.Equal(HttpStatusCode.Forbidden, alice.Status);
        }
        Assert.Null(alice.Page.QuerySelector("header a[href='/developers']"));
    }

    [Theory]
    [InlineData("no-such-app")]
    [InlineData("https:%2F%2Fe.test%2Fclient.json")]
    public async Task An_app_that_is_none_is_not_found(string id)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);

        await dev.OpenAsync($"/developers/apps/{id}");

        Assert.Equal(HttpStatusCode.NotFound, dev.Status);
    }

    [Fact]
    public async Task Before_people_are_asked_anew_the_developer_is()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, secret) = await dev.RegistersAsync();
        var alice = await server.SignedInAsync();
        await With(server, id, secret).TokensFromAsync(alice, "mail.read");

        await dev.OpenAsync($"/developers/apps/{id}/edit");
        await dev.PressAsync("Save", ("Redirects", NewCallback));
        Assert.Contains("1 person who allowed the app is asked again", dev.Text, StringComparison.Ordinal);
        Assert.Contains(Portal.Callback, (await server.AppAsync(id)).RedirectUris, StringComparison.Ordinal);
        await dev.PressAsync("Save, and ask people again", ("Redirects", NewCallback));

        var app = await server.AppAsync(id);
        Assert.Equal((true, $"/developers/apps/{id}"), (app.AskAnewSince is not null, dev.Url));
        Assert.Contains(NewCallback, app.RedirectUris, StringComparison.Ordinal);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await alice.OpenAsync(new Agent(server.Http(), id, secret, NewCallback).AskFor("mail.read"));
        Assert.Contains("Allow", alice.Text, StringComparison.Ordinal);
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "client.edit")));
    }

    [Fact]
    public async Task Nobody_is_warned_when_nobody_is_asked_and_two_editors_do_not_overwrite_each_other()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync();
        await dev.OpenAsync($"/developers/apps/{id}/edit");
        var late = dev.Copy();
        await late.OpenAsync(dev.Url);

        await dev.PressAsync("Save", ("Name", "Ledger 2"), ("Redirects", Portal.Callback));
        await late.PressAsync("Save", ("Name", "Ledger 3"), ("Redirects", Portal.Callback));

        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal("Ledger 2", (await server.AppAsync(id)).DisplayName);
    }

    [Fact]
    public async Task An_app_with_a_key_proves_itself_by_it_and_gets_another()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (first, second) = (new Signer(), new Signer("k2"));
        var (id, secret) = await dev.RegistersAsync(proof: "Key", more: ("KeySet", first.KeySet));
        Assert.Null(secret);
        var agent = new Agent(server.Http(), id, secret: null, Portal.Callback);
        var tokens = await agent.RedeemAsync(await agent.CodeFromAsync(server.Browser(), "mail.read"), first.Proof(server, id));
        Assert.True(tokens.IsGood, tokens.Body);

        await dev.OpenAsync($"/developers/apps/{id}/edit");
        await dev.PressAsync("Save", ("Redirects", Portal.Callback), ("KeySet", second.KeySet));
        await dev.PressAsync("Save, and ask people again", ("Redirects", Portal.Callback), ("KeySet", second.KeySet));

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        var code = await agent.CodeFromAsync(server.Browser(), "mail.read");
        Assert.Equal("invalid_client", (await agent.RedeemAsync(code, first.Proof(server, id))).Error);
        Assert.True((await agent.RedeemAsync(code, second.Proof(server, id))).IsGood);
    }

    [Fact]
    public async Task Deleting_an_app_says_whom_it_takes_it_from_and_ends_everything()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, secret) = await dev.RegistersAsync();
        var agent = With(server, id, secret);
        var tokens = await agent.TokensFromAsync(server.Browser(), "offline_access mail.read");

        await dev.OpenAsync($"/developers/apps/{id}/delete");
        Assert.Contains("Ends 1 grant", dev.Text, StringComparison.Ordinal);
        Assert.Contains("of 1 person", dev.Text, StringComparison.Ordinal);
        await dev.PressAsync("Delete the app");

        Assert.Equal("/developers", dev.Url);
        Assert.Contains("No app of yours is registered", dev.Text, StringComparison.Ordinal);
        Assert.Equal("invalid_client", (await agent.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.False(await Agent.MailServer(server).SeesAsync(tokens.AccessToken));
        Assert.Empty((await server.AppAsync(id)).Secrets);
        Assert.Equal(1, await server.LookAsync(
            db => db.AuditEntries.CountAsync(e => e.Act == "client.delete" && e.Actor == Who.Developer)));
        await dev.OpenAsync($"/developers/apps/{id}");
        Assert.Equal(HttpStatusCode.NotFound, dev.Status);
    }

    [Fact]
    public async Task Its_page_tells_who_uses_it_and_what_was_refused()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, secret) = await dev.RegistersAsync();
        await With(server, id, secret).TokensFromAsync(server.Browser(), "mail.read");
        var refused = (await With(server, id, "not-it").RefreshAsync("some-token")).ErrorId();
        await server.WritesDownAsync(refused);

        await dev.OpenAsync($"/developers/apps/{id}");

        var usage = dev.Page.GetElementById("usage")!.ParentElement!.TextContent;
        Assert.Contains("1 of 1 live grants", usage, StringComparison.Ordinal);
        var refusals = dev.Page.GetElementById("refusals")!.ParentElement!;
        Assert.Contains("client.secret", refusals.TextContent, StringComparison.Ordinal);
        Assert.Equal($"/developers/why?id={refused}", refusals.QuerySelector("a")!.GetAttribute("href"));
    }

    /// <summary>It may lie idle for as long as its developer likes: nobody but a developer can make one.</summary>
    [Fact]
    public async Task An_app_nobody_used_stays()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync();
        var (deleted, _) = await dev.RegistersAsync("Gone");
        await dev.OpenAsync($"/developers/apps/{deleted}/delete");
        await dev.PressAsync("Delete the app");

        server.Clock.Advance(TimeSpan.FromDays(91));
        await server.LookAsync(db => AgentAuth.Server.Specs.Rfc7591Registration.UnusedClients
            .Expired(db, server.Clock.GetUtcNow()).ExecuteDeleteAsync());

        var left = await server.LookAsync(
            db => db.Clients.Where(c => c.Origin == Origin.ByDeveloper).Select(c => c.ClientId).ToArrayAsync());
        Assert.Equal([id], left);
    }

    private static Agent With(AuthServer server, string id, string? secret) => new(server.Http(), id, secret, Portal.Callback);
}

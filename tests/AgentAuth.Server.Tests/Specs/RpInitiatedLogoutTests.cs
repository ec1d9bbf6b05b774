using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs;

public sealed class RpInitiatedLogoutTests
{
    private const string Callback = "https://client.demo.test/callback";

    [Fact]
    [Spec("OpenID Connect RP-Initiated Logout 1.0", "2")]
    [Spec("AA-T010")]
    public async Task An_app_may_ask_and_only_the_button_signs_out_and_leads_back()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();
        var hint = (await agent.TokensFromAsync(alice)).Text("id_token")!;

        await alice.OpenAsync(
            $"/connect/logout?id_token_hint={hint}&post_logout_redirect_uri={Uri.EscapeDataString(Callback)}&state=s%26t");
        Assert.Equal(HttpStatusCode.OK, alice.Status);
        Assert.Contains("https://client.demo.test", alice.Text, StringComparison.Ordinal);
        Assert.Contains(
            "form-action 'self' https://client.demo.test", alice.Response.Headers.GetValues("Content-Security-Policy").Single(),
                StringComparison.Ordinal);
        Assert.True(await IsSignedInAsync(alice));
        var before = alice.Copy();
        await PressSignOutAsync(alice);

        Assert.Equal(Callback + "?state=s%26t", alice.Left!.OriginalString);
        Assert.False(await IsSignedInAsync(before));
    }

    [Theory]
    [InlineData("https://e.test/")]
    [InlineData("https://client.demo.test/callback?x=1")]
    [InlineData("https://client.demo.test/callback/")]
    [InlineData("https://client.demo.test/Callback")]
    [InlineData("https://client.demo.test/callback#f")]
    [InlineData("https://client.demo.test@e.test/callback")]
    [InlineData("//e.test")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://127.0.0.2:5000/callback")]
    [InlineData("http://localhost:5000/callback2")]
    [Spec("OpenID Connect RP-Initiated Logout 1.0", "3")]
    [Spec("AA-T010")]
    public async Task An_address_nobody_registered_is_refused_and_signs_nobody_out(string address)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        foreach (var client in new[] { "", "&client_id=demo-web", "&client_id=demo-native" })
        {
            await alice.OpenAsync($"/connect/logout?post_logout_redirect_uri={Uri.EscapeDataString(address)}{client}");
            Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
            Assert.Null(alice.Left);
        }
        Assert.True(await IsSignedInAsync(alice));
    }

    [Fact]
    [Spec("AA-T010")]
    public async Task Another_clients_hint_or_address_is_refused()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        var hint = (await Agent.Web2(server).TokensFromAsync(alice)).Text("id_token")!;

        await alice.OpenAsync($"/connect/logout?id_token_hint={hint}&post_logout_redirect_uri={Uri.EscapeDataString(Callback)}");
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        await alice.OpenAsync($"/connect/logout?client_id=demo-web-2&post_logout_redirect_uri={Uri.EscapeDataString(Callback)}");
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        await alice.OpenAsync($"/connect/logout?client_id=demo-web&id_token_hint={hint}");

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
    }

    [Fact]
    [Spec("AA-T010")]
    public async Task A_blocked_clients_address_is_nobodys()
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeAsync(async db => (await db.Clients.SingleAsync(c => c.ClientId == "demo-web")).Block(server.Clock));
        var alice = await server.SignedInAsync();

        await alice.OpenAsync($"/connect/logout?post_logout_redirect_uri={Uri.EscapeDataString(Callback)}");

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Null(alice.Left);
    }

    [Fact]
    [Spec("OpenID Connect RP-Initiated Logout 1.0", "2")]
    [Spec("AA-T010")]
    public async Task Neither_a_picture_nor_a_foreign_form_signs_out()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync("/connect/logout");
        Assert.Equal(HttpStatusCode.OK, alice.Status);
        Assert.True(await IsSignedInAsync(alice));
        await alice.SendAsync(
            HttpMethod.Post, "/connect/logout", [KeyValuePair.Create("client_id", "demo-web")], ("Sec-Fetch-Site", "cross-site"));
        Assert.Contains("Sign out?", alice.Text, StringComparison.Ordinal);
        Assert.True(await IsSignedInAsync(alice));
        await alice.SendAsync(HttpMethod.Post, "/connect/logout", [KeyValuePair.Create("client_id", "demo-web")]);
        await PressSignOutAsync(alice);

        Assert.False(await IsSignedInAsync(alice));
        Assert.Null(alice.Left);
    }

    [Fact]
    [Spec("AA-T010")]
    public async Task An_old_hint_or_a_forged_one_changes_nothing_by_itself()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();
        var hint = (await agent.TokensFromAsync(alice)).Text("id_token")!;
        server.Clock.Advance(TimeSpan.FromHours(2));

        foreach (var old in new[] { hint, hint[..^4] + "AAAA", "eyJhbGciOiJub25lIn0.e30." })
        {
            await alice.OpenAsync(
                $"/connect/logout?id_token_hint={old}&post_logout_redirect_uri={Uri.EscapeDataString("https://e.test/")}");
            Assert.Null(alice.Left);
            Assert.True(await IsSignedInAsync(alice));
        }
    }

    [Fact]
    [Spec("AA-T008")]
    public async Task A_self_declared_clients_address_is_named_before_anybody_is_sent_there()
    {
        await using var server = await AuthServer.StartAsync();
        await server.RegisterAsync("self", "https://e.test/", Trust.SelfDeclared);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync($"/connect/logout?client_id=self&post_logout_redirect_uri={Uri.EscapeDataString("https://e.test/")}");

        Assert.Null(alice.Left);
        Assert.Contains("https://e.test", alice.Text, StringComparison.Ordinal);
    }

    /// <summary>The button of the question; the page's header has one too.</summary>
    private static Task PressSignOutAsync(Browser browser) =>
        browser.SubmitAsync((IHtmlFormElement)browser.Page.QuerySelector("main form")!, pressed: null);

    private static async Task<bool> IsSignedInAsync(Browser browser)
    {
        using var response = await browser.Copy().SendAsync(HttpMethod.Get, "/account/agents");
        return response.StatusCode == HttpStatusCode.OK;
    }
}

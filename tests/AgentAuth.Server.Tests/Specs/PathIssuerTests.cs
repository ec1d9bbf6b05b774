using System.Net;
using AgentAuth.Server.Tests.Support;
using AngleSharp.Html.Dom;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>An issuer below a path: everything is below it, and the way of a person stays there.</summary>
public sealed class PathIssuerTests
{
    private const string Path = "/tenant1";
    private const string Issuer = AuthServer.Issuer + Path;

    [Fact]
    [Spec("RFC 8414", "3.1")]
    [Spec("AA-T130")]
    public async Task The_whole_way_from_question_to_token_and_out_again()
    {
        await using var server = await StartAsync();
        var agent = Agent.Web(server);
        var alice = server.Browser();

        await alice.OpenAsync(Path + agent.AskFor("openid offline_access mail.read"));
        Assert.StartsWith(Path + "/sign-in?", alice.Url, StringComparison.Ordinal);
        Assert.Contains(
            "form-action 'self' https://client.demo.test", alice.Response.Headers.GetValues("Content-Security-Policy").Single(),
                StringComparison.Ordinal);
        await alice.SignInAsync(People.Alice);
        Assert.StartsWith(Path + "/consent/", alice.Url, StringComparison.Ordinal);
        await alice.PressAsync("Allow");
        var tokens = await agent.PostAsync(Path + "/connect/token",
        [
            ("grant_type", "authorization_code"), ("code", alice.Answer["code"]), ("redirect_uri", Agent.WebCallback),
                ("code_verifier", agent.Verifier),
            ("client_id", "demo-web"), ("client_secret", "demo-web-secret"),
        ]);

        Assert.True(tokens.IsGood, tokens.Body);
        Assert.Equal(Issuer, alice.Answer["iss"]);
        Assert.Equal(Issuer, tokens.Claims.GetProperty("iss").GetString());
        Assert.Equal(Issuer, TokenAnswer.ClaimsOf(tokens.Text("id_token")!).GetProperty("iss").GetString());
        await alice.OpenAsync(
            $"{Path}/connect/logout?id_token_hint={tokens.Text("id_token")}"
                + $"&post_logout_redirect_uri={Uri.EscapeDataString(Agent.WebCallback)}");
        await alice.SubmitAsync((IHtmlFormElement)alice.Page.QuerySelector("main form")!, pressed: null);
        Assert.Equal("client.demo.test", alice.Left?.Host);
    }

    [Fact]
    [Spec("AA-T130")]
    public async Task Every_link_and_form_stays_below_the_path()
    {
        await using var server = await StartAsync();
        var admin = server.Browser();
        await admin.OpenAsync(Path + "/sign-in");
        await admin.SignInAsync(People.Admin);
        Assert.Equal(Path + "/account/agents", admin.Url);

        foreach (
            var page in new[] { "/", "/account/agents", "/admin", "/admin/clients", "/admin/grants", "/sign-out", "/connect/logout",
                "/nothing" })
        {
            await admin.OpenAsync(Path + page);
            var addresses = admin.Page.QuerySelectorAll("[href],[action],[src],[formaction]")
                .SelectMany(e => new[] { "href", "action", "src", "formaction" }.Select(e.GetAttribute)).OfType<string>()
                .Where(a => a.Length > 0 && a[0] is not ('#' or '?'));
            Assert.All(addresses, a => Assert.StartsWith(Path + "/", a + "/", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("/connect/authorize?client_id=demo-web")]
    [InlineData("/connect/token")]
    [InlineData("/sign-in")]
    [InlineData("/admin")]
    [InlineData("/TENANT1/connect/authorize?client_id=demo-web")]
    [InlineData("/tenant1x/sign-in")]
    [InlineData("/tenant2/sign-in")]
    [Spec("AA-T130")]
    public async Task Beside_the_path_there_is_nothing(string path)
    {
        await using var server = await StartAsync();

        using var response = await server.Browser().SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    [Spec("AA-T113")]
    public async Task A_page_that_needs_a_person_asks_to_sign_in_below_the_path()
    {
        await using var server = await StartAsync();
        var alice = server.Browser();

        await alice.OpenAsync(Path + "/account/agents");
        Assert.StartsWith(Path + "/sign-in?", alice.Url, StringComparison.Ordinal);
        await alice.SignInAsync(People.Alice);
        Assert.Equal(Path + "/account/agents", alice.Url);
        await alice.OpenAsync(Path + "/sign-out");
        await alice.PressAsync("Sign out");

        Assert.Equal(Path + "/sign-out", alice.Url);
    }

    [Fact]
    [Spec("AA-T126")]
    public async Task Scripts_may_read_the_path_inserted_metadata_too()
    {
        await using var server = await StartAsync();

        foreach (
            var place in new[] { "/.well-known/oauth-authorization-server" + Path, Path + "/.well-known/openid-configuration", Path
                + "/connect/token" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, place);
            request.Headers.Add("Origin", "https://e.test");
            using var response = await server.Http().SendAsync(request);
            Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        }
    }

    private static Task<AuthServer> StartAsync() => AuthServer.StartAsync(host => host.UseIssuer(Issuer));
}

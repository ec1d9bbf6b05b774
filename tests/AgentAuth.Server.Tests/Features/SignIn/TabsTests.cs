using System.Net;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Features.SignIn;

/// <summary>Two tabs of one browser ask for sign-in.</summary>
public sealed class TabsTests
{
    [Fact]
    public async Task The_second_tab_goes_on_when_the_first_signed_in()
    {
        await using var server = await AuthServer.StartAsync();
        var first = await server.Browser().OpenAsync(Agent.Web(server).AskFor("mail.read"));
        var form = first.Page.Forms.Single(f => f.QuerySelector("input[name=Password]") is not null);
        var filled = Browser.Filled(form, null, ("Email", People.Alice), ("Password", "whatever was typed"));
        var action = form.GetAttribute("action") ?? first.Url;
        await first.SignInAsync(People.Alice);

        await first.SendAsync(HttpMethod.Post, action, filled);
        await first.FollowAsync();

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.StartsWith("/consent/", first.Url, StringComparison.Ordinal);
        Assert.Contains(People.Alice, first.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("AA-T070")]
    public async Task Who_wanted_to_be_somebody_else_gets_a_fresh_form()
    {
        await using var server = await AuthServer.StartAsync();
        var browser = await server.Browser().OpenAsync(Agent.Web(server).AskFor("mail.read"));
        var form = browser.Page.Forms.Single(f => f.QuerySelector("input[name=Password]") is not null);
        var asBob = Browser.Filled(form, null, ("Email", People.Bob), ("Password", People.Password));
        var action = form.GetAttribute("action") ?? browser.Url;
        await browser.SignInAsync(People.Alice);

        await browser.SendAsync(HttpMethod.Post, action, asBob);
        await browser.FollowAsync();
        Assert.StartsWith("/sign-in", browser.Url, StringComparison.Ordinal);
        await browser.SignInAsync(People.Bob);

        Assert.StartsWith("/consent/", browser.Url, StringComparison.Ordinal);
        Assert.Contains(People.Bob, browser.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\uFFFE@demo.test", "whatever it is")]
    [InlineData(People.Alice, "what\uFFFEever it is")]
    [Spec("AA-T120")]
    public async Task A_character_that_is_none_is_refused_like_any_other_wrong_one(string email, string password)
    {
        await using var server = await AuthServer.StartAsync();
        var browser = await server.Browser().OpenAsync("/sign-in");

        await browser.PressAsync("Sign in", ("Email", email), ("Password", password));

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
    }

    [Fact]
    [Spec("AA-T068")]
    public async Task A_form_from_elsewhere_signs_nobody_in_and_leads_nowhere_else()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, nobody) = (await server.SignedInAsync(), server.Browser());
        KeyValuePair<string, string>[] form =
        [
            new("Email", People.Bob), new("Password", People.Password), new("returnUrl", "https://evil.test/"),
        ];

        await alice.SendAsync(HttpMethod.Post, "/sign-in", form);
        await nobody.SendAsync(HttpMethod.Post, "/sign-in", form);
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Equal(HttpStatusCode.BadRequest, nobody.Status);
        await nobody.OpenAsync("/sign-in");
        var token = nobody.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        await alice.SendAsync(HttpMethod.Post, "/sign-in", [.. form, new("__RequestVerificationToken", token)]);
        Assert.Equal("/sign-in?again=1&returnUrl=%2Faccount%2Fagents", alice.Response.Headers.Location!.OriginalString);
        await alice.OpenAsync("/account/agents");

        Assert.Contains(People.Alice, alice.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sign-in?returnUrl=%2F%C3%A4")]
    [InlineData("/sign-in?returnUrl=%2F%F0%9F%90%9D")]
    [InlineData("/sign-in?returnUrl=%2Fconnect%2Fauthorize%3Fclient_id%3Da%2500b%26redirect_uri%3Dhttps%3A%2F%2Fx.test")]
    [Spec("AA-T120")]
    public async Task Odd_ways_back_get_a_page_not_a_failure(string url)
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, nobody) = (await server.SignedInAsync(), server.Browser());

        await alice.OpenAsync(url);
        await nobody.OpenAsync(url);

        Assert.True((int)alice.Status < 500, $"{alice.Status} {alice.Text}");
        Assert.Equal(HttpStatusCode.OK, nobody.Status);
    }
}

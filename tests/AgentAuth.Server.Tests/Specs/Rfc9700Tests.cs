using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

public sealed class Rfc9700Tests
{
    [Theory]
    [InlineData("scope", "nonsense")]
    [InlineData("response_type", "token")]
    [InlineData("code_challenge", null)]
    [InlineData("resource", "https://nowhere.test/")]
    [InlineData("prompt", "none")]
    [InlineData("request_uri", "https://e.test/request")]
    [Spec("RFC 9700", "4.11.2")]
    [Spec("AA-T008")]
    public async Task A_self_declared_client_cannot_use_us_to_send_people_to_its_address(string name, string? value)
    {
        await using var server = await AuthServer.StartAsync();
        var agent = await server.RegisterAsync("self", "https://e.test/", Trust.SelfDeclared);

        foreach (var person in new[] { server.Browser(), await server.SignedInAsync() })
        {
            await person.OpenAsync(agent.AskFor("mail.read", (name, value)));

            Assert.Null(person.Left);
            Assert.Null(person.Response.Headers.Location);
            Assert.Equal(HttpStatusCode.BadRequest, person.Status);
        }
    }

    [Theory]
    [InlineData("Allow", "code")]
    [InlineData("Cancel", "error")]
    [Spec("RFC 9700", "4.11.2")]
    [Spec("AA-T008")]
    [Spec("AA-T065")]
    public async Task A_self_declared_client_is_answered_by_the_persons_own_button_on_a_page_that_names_it(string button, string answer)
    {
        await using var server = await AuthServer.StartAsync();
        var agent = await server.RegisterAsync("self", "https://e.test/", Trust.SelfDeclared, name: "ChatGPT");
        var alice = await server.SignedInAsync();

        for (var time = 0; time < 2; time++) // a yes of before does not spare the question
        {
            await alice.OpenAsync(agent.AskFor("mail.read"));
            Assert.Null(alice.Left);
            Assert.Contains("https://e.test", alice.Text, StringComparison.Ordinal);
            Assert.Contains("Anyone can use this name", alice.Text, StringComparison.Ordinal);
            await alice.PressAsync(button);
            Assert.Equal("e.test", alice.Left!.Host);
            Assert.Contains(answer, alice.Answer.Keys);
        }
    }

    public static TheoryData<string> ReturnUrls { get; } = new(
        "https://e.test/", "//e.test", "/\\e.test", "\\/e.test", "\\\\e.test", "/\t/e.test", "/\n/e.test", "\t//e.test", " //e.test",
            "/ /e.test",
        "https:e.test", "https:/e.test", "https://localhost:5100@e.test", "http://localhost:5100.e.test", "javascript:alert(1)",
            "data:text/html,x",
        "/;//e.test", "/%2f%2fe.test", "/%5ce.test", "/.//e.test", "/..//e.test", "///e.test", "~//e.test", "/\\\\e.test",
        "http://localhost:5100//e.test", "?x=//e.test", "", "/\u2028/e.test");

    [Theory]
    [MemberData(nameof(ReturnUrls))]
    [Spec("RFC 9700", "4.11")]
    [Spec("AA-T009")]
    public async Task After_signing_in_the_browser_is_still_here(string returnUrl)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();

        await alice.OpenAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));
        await alice.SendAsync(HttpMethod.Post, "/sign-in", Browser.Filled(
            alice.Page.Forms.Single(f => f.QuerySelector("[name=Password]") is not null), null, ("Email", People.Alice),
                ("Password", People.Password), ("returnUrl", returnUrl)));
        LeadsHere(alice);
        await alice.SendAsync(HttpMethod.Get, "/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));

        LeadsHere(alice);
    }

    [Fact]
    [Spec("AA-T009")]
    public async Task A_return_url_of_many_kilobytes_leads_to_the_start()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.SendAsync(HttpMethod.Get, "/sign-in?returnUrl=/" + new string('a', 9000));

        Assert.Equal("/account/agents", alice.Response.Headers.Location?.OriginalString);
    }

    [Fact]
    [Spec("RFC 9700", "4.12")]
    [Spec("AA-T022")]
    public async Task A_password_is_never_posted_on_by_a_redirect()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = server.Browser();

        await alice.OpenAsync(agent.AskFor("mail.read"));
        var form = alice.Page.Forms.Single(f => f.QuerySelector("[name=Password]") is not null);
        await alice.SendAsync(
            HttpMethod.Post, alice.Url, Browser.Filled(form, null, ("Email", People.Alice), ("Password", People.Password)));
        Assert.True(alice.Status is HttpStatusCode.Found or HttpStatusCode.SeeOther);
        await alice.FollowAsync();
        var consent = alice.Page.Forms.Single(f => f.QuerySelector("[formaction]") is not null);
        var cancel = alice.Page.QuerySelectorAll("button[formaction]").Single(b => b.TextContent == "Cancel");
        await alice.SendAsync(HttpMethod.Post, cancel.GetAttribute("formaction")!, Browser.Filled(consent, null));

        Assert.True(alice.Status is HttpStatusCode.Found or HttpStatusCode.SeeOther);
        Assert.StartsWith("/connect/authorize?", alice.Response.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RFC 9700", "4.16")]
    public async Task The_sign_in_form_may_end_at_the_proved_client_and_nowhere_else()
    {
        await using var server = await AuthServer.StartAsync();
        var somebody = server.Browser();

        await somebody.OpenAsync(Agent.Web(server).AskFor());
        Assert.Equal("form-action 'self' https://client.demo.test", FormAction(somebody));
        var forged = "/connect/authorize?client_id=demo-web&redirect_uri=" + Uri.EscapeDataString("https://e.test/");
        await somebody.OpenAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(forged));
        Assert.Equal("form-action 'self'", FormAction(somebody));
        await somebody.OpenAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(
            "/connect/authorize?client_id=demo-web&redirect_uri=https://client.demo.test/callback&redirect_uri=https://e.test"));

        Assert.Equal("form-action 'self'", FormAction(somebody));
    }

    private static string FormAction(Browser browser) => browser.Response.Headers.GetValues("Content-Security-Policy").Single()
        .Split(';').Select(p => p.Trim()).Single(p => p.StartsWith("form-action", StringComparison.Ordinal));

    private static void LeadsHere(Browser browser)
    {
        Assert.True(browser.Status is HttpStatusCode.Found or HttpStatusCode.SeeOther, browser.Status.ToString());
        var location = browser.Response.Headers.Location!.OriginalString;
        var asBrowsersRead = new string([.. location.Where(c => c is not ('\t' or '\r' or '\n'))]).Replace('\\', '/').Trim();
        Assert.StartsWith("/", asBrowsersRead, StringComparison.Ordinal);
        Assert.False(asBrowsersRead.StartsWith("//", StringComparison.Ordinal), location);
    }
}

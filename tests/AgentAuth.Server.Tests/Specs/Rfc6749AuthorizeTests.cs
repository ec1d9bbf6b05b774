using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs;

public sealed class Rfc6749AuthorizeTests
{
    [Theory]
    [Spec("RFC 6749", "4.1.2.1")]
    [Spec("AA-T007")]
    [InlineData("scope", "mail.read nonsense", "invalid_scope")]
    [InlineData("scope", "mail.\"read", "invalid_scope")]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("response_type", "", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "id_token", "unsupported_response_type")]
    [InlineData("response_type", "code token", "unsupported_response_type")]
    [InlineData("response_type", "code id_token token", "unsupported_response_type")]
    [InlineData("response_type", "none", "unsupported_response_type")]
    [InlineData("response_type", "nonsense", "unsupported_response_type")]
    [InlineData("response_mode", "fragment", "invalid_request")]
    [InlineData("response_mode", "form_post", "invalid_request")]
    [InlineData("response_mode", "jwt", "invalid_request")]
    [InlineData("response_mode", "web_message", "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("resource", "https://nowhere.test/", "invalid_target")]
    [InlineData("resource", "not a uri", "invalid_target")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("prompt", "none", "login_required")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("max_age", "soon", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("request_uri", "http://127.0.0.1:9/request", "request_uri_not_supported")]
    [InlineData("authorization_details", "[]", "invalid_authorization_details")]
    [InlineData("claims", "{}", "invalid_request")]
    [InlineData("registration", "{}", "registration_not_supported")]
    public async Task What_is_wrong_after_a_proved_redirect_goes_back_to_the_client(string name, string? value, string error)
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var somebody = server.Browser();

        await somebody.OpenAsync(agent.AskFor(changes: (name, value)));

        Assert.Equal("https://client.demo.test/callback", somebody.Left?.GetLeftPart(UriPartial.Path));
        Assert.Equal(error, somebody.Answer["error"]);
        Assert.Equal("some-state", somebody.Answer["state"]);
        Assert.Equal(AuthServer.Issuer, somebody.Answer["iss"]);
        Assert.DoesNotContain("code", somebody.Answer.Keys);
        Assert.DoesNotContain("access_token", somebody.Left!.ToString(), StringComparison.Ordinal);
        Assert.Empty(somebody.Left.Fragment);
    }

    [Theory]
    [Spec("RFC 6749", "4.1.2.1")]
    [Spec("AA-T003")]
    [Spec("AA-T007")]
    [InlineData("client_id", null)]
    [InlineData("client_id", "")]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", "DEMO-WEB")]
    [InlineData("client_id", "demo-web-2")]
    [InlineData("redirect_uri", null)]
    [InlineData("redirect_uri", "")]
    public async Task Nothing_redirects_before_client_and_redirect_are_proved(string name, string? value)
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor("nonsense", (name, value), ("response_type", "token")));

        ShowsARefusal(alice, "client.demo.test");
    }

    [Fact]
    [Spec("AA-T003")]
    public async Task A_client_with_one_redirect_must_name_it_too()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = await server.RegisterAsync("single", "https://single.test/cb");
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor("mail.read", ("redirect_uri", null)));

        ShowsARefusal(alice, "single.test");
    }

    [Fact]
    [Spec("RFC 6749", "4.1.2.1")]
    public async Task A_blocked_client_is_as_unknown_as_one_that_never_was()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        await server.ChangeAsync(async db => (await db.Clients.SingleAsync(c => c.ClientId == "demo-web")).Block(server.Clock));
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor());

        ShowsARefusal(alice, "client.demo.test");
    }

    [Theory]
    [Spec("RFC 6749", "3.1")]
    [Spec("AA-T017")]
    [InlineData("scope")]
    [InlineData("state")]
    [InlineData("response_type")]
    [InlineData("code_challenge")]
    [InlineData("prompt")]
    [InlineData("interaction")]
    [InlineData("something_new")]
    public async Task A_parameter_that_comes_twice_is_refused(string name)
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor(changes: [(name, "one"), (name, "two")]));

        Assert.Equal("invalid_request", alice.Answer["error"]);
        Assert.DoesNotContain("code", alice.Answer.Keys);
    }

    [Theory]
    [Spec("AA-T017")]
    [InlineData("client_id", "demo-web")]
    [InlineData("redirect_uri", "https://client.demo.test/callback")]
    public async Task Client_or_redirect_that_comes_twice_redirects_nowhere(string name, string value)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor(changes: [(name, value), (name, value)]));

        ShowsARefusal(alice, "client.demo.test");
    }

    [Theory]
    [Spec("RFC 6749", "4.1.2")]
    [Spec("AA-T015")]
    [InlineData("a&code=evil&iss=https://e.test#x")]
    [InlineData("a\r\nSet-Cookie: x=1")]
    [InlineData("%0d%0aSet-Cookie:%20x=1")]
    [InlineData("naïve 状態 🙂 +%2B")]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData("{}")]
    public async Task The_state_comes_back_as_it_was_sent(string state)
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();
        state = state == "{}" ? new string('s', 2048) : state;

        await alice.OpenAsync(agent.AskFor("mail.read", ("state", state)));
        await alice.PressAsync("Allow");

        Assert.Equal(state, alice.Answer["state"]);
        Assert.NotEqual("evil", alice.Answer["code"]);
        Assert.Equal(AuthServer.Issuer, alice.Answer["iss"]);
        Assert.Empty(alice.SetCookies);
    }

    [Fact]
    [Spec("RFC 6749", "3.1")]
    public async Task A_client_may_post_its_authorization_request()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();
        var asked = System.Web.HttpUtility.ParseQueryString(agent.AskFor("mail.read").Split('?')[1]);

        await alice.SendAsync(HttpMethod.Post, "/connect/authorize", asked.AllKeys.Select(k => KeyValuePair.Create(k!, asked[k]!)));
        await alice.FollowAsync();
        await alice.PressAsync("Allow");

        Assert.True((await agent.RedeemAsync(alice.Answer["code"])).IsGood);
    }

    [Fact]
    [Spec("AA-T018")]
    public async Task A_posted_request_does_not_take_parameters_from_its_address()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();

        await alice.SendAsync(HttpMethod.Post, agent.AskFor("mail.read"), [KeyValuePair.Create("state", "only this")]);

        ShowsARefusal(alice, "client.demo.test");
    }

    [Fact]
    [Spec("RFC 6749", "4.1.2.1")]
    public async Task A_request_too_long_to_come_back_after_signing_in_is_told_so()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var asked = System.Web.HttpUtility.ParseQueryString(agent.AskFor("mail.read", ("state", new string('s', 20_000))).Split('?')[1]);
        var somebody = server.Browser();

        await somebody.SendAsync(HttpMethod.Post, "/connect/authorize", asked.AllKeys.Select(k => KeyValuePair.Create(k!, asked[k]!)));
        await somebody.FollowAsync();

        Assert.Equal("invalid_request", somebody.Answer["error"]);
    }

    [Theory]
    [Spec("AA-T127")]
    [InlineData("/CONNECT/AUTHORIZE")]
    [InlineData("/connect/authorize/")]
    public async Task Another_spelling_of_the_endpoint_keeps_the_same_rules(string path)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(
            Agent.Web(server).AskFor(changes: ("redirect_uri", "https://e.test/"))
                .Replace("/connect/authorize", path, StringComparison.Ordinal));

        ShowsARefusal(alice, "e.test");
    }

    private static void ShowsARefusal(Browser browser, string host)
    {
        Assert.Null(browser.Left);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Null(browser.Response.Headers.Location);
        Assert.DoesNotContain(host, browser.Page.DocumentElement.InnerHtml, StringComparison.OrdinalIgnoreCase);
    }
}

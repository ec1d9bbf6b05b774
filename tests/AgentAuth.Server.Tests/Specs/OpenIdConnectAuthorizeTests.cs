using System.Globalization;
using System.Net;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>OpenID Connect Core §3.1.2: what a client may demand of the sign-in.</summary>
public sealed class OpenIdConnectAuthorizeTests
{
    [Theory]
    [InlineData("prompt", "login")]
    [InlineData("prompt", "select_account")]
    [InlineData("prompt", "login consent")]
    [InlineData("max_age", "0")]
    [Spec("OpenID Connect Core 1.0", "3.1.2.1")]
    [Spec("AA-T019")]
    [Spec("AA-T020")]
    public async Task Who_is_signed_in_signs_in_again_once(string name, string value)
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();
        server.Clock.Advance(TimeSpan.FromMinutes(2));

        await alice.OpenAsync(agent.AskFor(changes: (name, value)));
        Assert.NotNull(alice.Page.QuerySelector("input[name=Password]"));
        server.Clock.Advance(TimeSpan.FromSeconds(30));
        await alice.SignInAsync(People.Alice);
        server.Clock.Advance(TimeSpan.FromMinutes(1)); // thinking about it does not start it all over
        await alice.PressAsync("Allow");
        var tokens = await agent.RedeemAsync(alice.Answer["code"]);

        var signedIn = server.Clock.GetUtcNow() - TimeSpan.FromMinutes(1);
        Assert.Equal(signedIn.ToUnixTimeSeconds(), TokenAnswer.ClaimsOf(tokens.Text("id_token")!).GetProperty("auth_time").GetInt64());
    }

    [Fact]
    [Spec("OpenID Connect Core 1.0", "3.1.2.1")]
    [Spec("AA-T019")]
    public async Task Who_leaves_the_second_sign_in_alone_stays_as_before_and_nothing_is_issued()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor(changes: ("prompt", "login")));
        var cookies = alice.Cookies.ToDictionary(StringComparer.Ordinal);
        await alice.PressAsync("Sign in", ("Email", People.Bob), ("Password", "not bob's password"));
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        await alice.OpenAsync(agent.AskFor(changes: ("prompt", "login")));

        Assert.NotNull(alice.Page.QuerySelector("input[name=Password]"));
        Assert.Equal(cookies["__Host-agentauth-session"], alice.Cookies["__Host-agentauth-session"]);
        await alice.OpenAsync("/account/agents");
        Assert.Contains(People.Alice, alice.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(60, true)]
    [InlineData(121, false)]
    [InlineData(10_000, false)]
    [Spec("OpenID Connect Core 1.0", "3.1.2.1")]
    [Spec("AA-T020")]
    public async Task An_older_sign_in_than_max_age_does_not_do(int maxAge, bool again)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        server.Clock.Advance(TimeSpan.FromMinutes(2));

        await alice.OpenAsync(Agent.Web(server).AskFor(changes: ("max_age", maxAge.ToString(CultureInfo.InvariantCulture))));

        Assert.Equal(again, alice.Page.QuerySelector("input[name=Password]") is not null);
    }

    [Fact]
    [Spec("AA-T020")]
    public async Task A_sign_in_that_grows_too_old_while_the_question_is_read_still_counts()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor(changes: ("max_age", "60")));
        server.Clock.Advance(TimeSpan.FromMinutes(3));
        await alice.PressAsync("Allow");

        Assert.Contains("code", alice.Answer.Keys);
    }

    [Fact]
    [Spec("AA-T019")]
    public async Task A_mark_of_a_finished_sign_in_is_worth_nothing_on_another_request()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var stranger = server.Browser();
        await stranger.OpenAsync(agent.AskFor("mail.read"));
        var mark = System.Web.HttpUtility.ParseQueryString(new Uri(new Uri(AuthServer.Issuer),
            System.Web.HttpUtility.ParseQueryString(stranger.Url.Split('?')[1])["returnUrl"]!).Query)["reauth"]!;
        server.Clock.Advance(TimeSpan.FromHours(1));
        var alice = await server.SignedInAsync();
        server.Clock.Advance(TimeSpan.FromHours(1));

        foreach (var forged in new[] { mark, "0", "", "CfDJ8", new string('A', 500) })
        {
            await alice.OpenAsync(agent.AskFor("mail.read", ("prompt", "login"), ("reauth", forged)));
            Assert.NotNull(alice.Page.QuerySelector("input[name=Password]"));
        }
    }

    [Fact]
    [Spec("OpenID Connect Core 1.0", "3.1.2.6")]
    [Spec("AA-T019")]
    public async Task Prompt_none_never_shows_a_page()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = server.Browser();

        await alice.OpenAsync(agent.AskFor(changes: ("prompt", "none")));
        Assert.Equal("login_required", alice.Answer["error"]);
        await alice.SignInAsync(People.Alice);
        await alice.OpenAsync(agent.AskFor(changes: ("prompt", "none")));
        Assert.Equal("consent_required", alice.Answer["error"]);
        await agent.CodeFromAsync(alice);
        await alice.OpenAsync(agent.AskFor(changes: ("prompt", "none")));
        Assert.True((await agent.RedeemAsync(alice.Answer["code"])).IsGood);
        await alice.OpenAsync(agent.AskFor("openid mail.read mail.delete", ("prompt", "none")));
        Assert.Equal("consent_required", alice.Answer["error"]);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await alice.OpenAsync(agent.AskFor(changes: [("prompt", "none"), ("max_age", "5")]));

        Assert.Equal("login_required", alice.Answer["error"]);
    }

    [Fact]
    [Spec("OpenID Connect Core 1.0", "3.1.2.1")]
    public async Task Prompt_consent_asks_although_it_was_allowed()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();
        await agent.CodeFromAsync(alice);

        await alice.OpenAsync(agent.AskFor());
        Assert.Contains("code", alice.Answer.Keys);
        await alice.OpenAsync(agent.AskFor(changes: ("prompt", "consent")));

        Assert.Null(alice.Left);
        Assert.StartsWith("/consent/", alice.Url, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("OpenID Connect Core 1.0", "3.1.2.1")]
    [Spec("AA-T020")]
    public async Task A_hint_at_another_person_is_never_answered_for_this_one()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var bob = await server.SignedInAsync(People.Bob);
        var hint = (await agent.TokensFromAsync(bob)).Text("id_token")!;
        var alice = await server.SignedInAsync();
        await agent.CodeFromAsync(alice);

        await alice.OpenAsync(agent.AskFor(changes: [("id_token_hint", hint), ("prompt", "none")]));
        Assert.Equal("login_required", alice.Answer["error"]);
        await alice.OpenAsync(agent.AskFor(changes: ("id_token_hint", hint)));
        Assert.NotNull(alice.Page.QuerySelector("input[name=Password]"));
        await alice.SignInAsync(People.Alice);
        Assert.Equal("login_required", alice.Answer["error"]);
        await bob.OpenAsync(agent.AskFor(changes: [("id_token_hint", hint), ("prompt", "none")]));

        Assert.Contains("code", bob.Answer.Keys);
    }

    [Fact]
    [Spec("OpenID Connect Core 1.0", "3.1.2.1")]
    public async Task The_login_hint_fills_the_field_and_nothing_else()
    {
        await using var server = await AuthServer.StartAsync();
        var somebody = server.Browser();

        await somebody.OpenAsync(Agent.Web(server).AskFor(changes: ("login_hint", People.Alice)));
        Assert.Equal(People.Alice, somebody.Page.QuerySelector("input[name=Email]")!.GetAttribute("value"));
        await somebody.OpenAsync(Agent.Web(server).AskFor(changes: ("login_hint", "\"><script>alert(1)</script>@e.test")));

        Assert.DoesNotContain(somebody.Page.QuerySelectorAll("script"), s => s.TextContent.Contains("alert", StringComparison.Ordinal));
        Assert.True(string.IsNullOrEmpty(somebody.Page.QuerySelector("input[name=Email]")!.GetAttribute("value")));
    }

    [Theory]
    [InlineData("zh-HK en", "zh-HK")]
    [InlineData("xx fr", "en")]
    [InlineData("../../etc", "en")]
    [Spec("OpenID Connect Core 1.0", "3.1.2.1")]
    public async Task Ui_locales_choose_among_the_languages_there_are(string locales, string language)
    {
        await using var server = await AuthServer.StartAsync();
        var somebody = server.Browser();

        await somebody.OpenAsync(Agent.Web(server).AskFor(changes: ("ui_locales", locales)));

        Assert.NotNull(somebody.Page.QuerySelector("input[name=Password]"));
        Assert.Equal(language, somebody.Page.DocumentElement.GetAttribute("lang"));
    }
}

using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>A question belongs to one session and one request; an answer is used once.</summary>
public sealed class ConsentBindingTests
{
    [Fact]
    [Spec("AA-T065")]
    public async Task A_first_request_never_gets_a_code_by_itself()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        foreach (
            var agent in new[] { Agent.Web(server), Agent.Native(server),
                await server.RegisterAsync("d", "https://e.test/cb", Trust.SelfDeclared) })
        {
            await alice.OpenAsync(agent.AskFor("mail.read"));
            Assert.Null(alice.Left);
            Assert.StartsWith("/consent/", alice.Url, StringComparison.Ordinal);
        }
        Assert.Equal(0, await server.LookAsync(db => db.Tokens.CountAsync()));
    }

    [Fact]
    [Spec("AA-T066")]
    public async Task A_yes_is_for_this_client_resource_scope_and_host_only()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();
        await agent.CodeFromAsync(alice, "mail.read");

        await alice.OpenAsync(agent.AskFor("mail.read"));
        Assert.Contains("code", alice.Answer.Keys);
        string[] others =
        [
            agent.AskFor("mail.read mail.send"),
            agent.AskFor("files.read", ("resource", AuthServer.Files)),
            agent.AskFor("mail.read", ("redirect_uri", "https://localhost:8443/Callback")),
            Agent.Web2(server).AskFor("mail.read"),
            (await server.RegisterAsync("twin", "https://client.demo.test/callback", name: "Demo web agent")).AskFor("mail.read"),
        ];
        foreach (var other in others)
        {
            await alice.OpenAsync(other);
            Assert.Null(alice.Left);
            Assert.StartsWith("/consent/", alice.Url, StringComparison.Ordinal);
        }
        var bob = await server.SignedInAsync(People.Bob);
        await bob.OpenAsync(agent.AskFor("mail.read"));

        Assert.Null(bob.Left);
    }

    [Fact]
    [Spec("AA-T068")]
    public async Task An_answer_without_this_sessions_token_is_refused()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();
        var bob = await server.SignedInAsync(People.Bob);
        await bob.OpenAsync(agent.AskFor());
        var bobs = Token(bob);
        await alice.OpenAsync(agent.AskFor());
        var id = alice.Url.Split('/')[^1];

        foreach (var token in new[] { null, "", bobs, new string('A', 150) })
        {
            KeyValuePair<string, string>[] form = token is null ? [] : [KeyValuePair.Create("__RequestVerificationToken", token)];
            await alice.SendAsync(
                HttpMethod.Post, $"/consent/{id}?handler=Allow", form, ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://e.test"));
            Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
            Assert.Null(alice.Response.Headers.Location);
        }
        Assert.Equal(0, await server.LookAsync(db => db.Grants.CountAsync()));
    }

    [Fact]
    [Spec("AA-T068")]
    public async Task What_is_added_to_the_form_changes_nothing_but_the_ticks()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor("mail.read"));
        var form = Browser.Filled(alice.Page.Forms.Single(f => f.QuerySelector("[formaction]") is not null), null);
        var action = alice.Page.QuerySelectorAll("button").Single(b => b.TextContent.StartsWith("Allow", StringComparison.Ordinal))
            .GetAttribute("formaction")!;
        (string, string)[] extra =
        [
            ("scope", "mail.delete"), ("scope", "files.write"), ("redirect_uri", "https://e.test/"), ("client_id", "demo-web-2"),
            ("resource", AuthServer.Files), ("state", "other"), ("AskedScopes", "mail.delete"), ("Query", "?x=y"),
        ];
        await alice.SendAsync(HttpMethod.Post, action, form.Concat(extra.Select(e => KeyValuePair.Create(e.Item1, e.Item2))));
        await alice.FollowAsync();
        var tokens = await agent.RedeemAsync(alice.Answer["code"]);

        Assert.Equal("client.demo.test", alice.Left!.Host);
        Assert.Equal("some-state", alice.Answer["state"]);
        Assert.Equal("mail.read", tokens.Text("scope") ?? "mail.read");
        Assert.Equal(AuthServer.Mail, tokens.Claims.GetProperty("aud").GetString());
        Assert.Equal(["mail.read"], (await server.LookAsync(db => db.Grants.SingleAsync())).AllowedScopes);
    }

    [Fact]
    [Spec("AA-T070")]
    public async Task A_question_is_nobody_elses_to_open_or_answer()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        var elsewhere = await server.SignedInAsync();
        var bob = await server.SignedInAsync(People.Bob);
        await alice.OpenAsync(Agent.Web(server).AskFor());
        var question = alice.Url;

        foreach (var other in new[] { bob, elsewhere })
        {
            await other.OpenAsync(question);
            Assert.Equal(HttpStatusCode.Gone, other.Status);
            await other.OpenAsync(Agent.Web2(server).AskFor());
            await other.SendAsync(
                HttpMethod.Post, question + "?handler=Allow", [KeyValuePair.Create("__RequestVerificationToken", Token(other))]);
            Assert.Equal(HttpStatusCode.Gone, other.Status);
        }
        await server.Browser().OpenAsync(question);
        await alice.OpenAsync("/consent/" + new string('A', 43));
        Assert.Equal(HttpStatusCode.Gone, alice.Status);
        await alice.OpenAsync("/consent/1");

        Assert.Equal(HttpStatusCode.NotFound, alice.Status);
        Assert.Equal(0, await server.LookAsync(db => db.Grants.CountAsync()));
    }

    [Fact]
    [Spec("AA-T070")]
    public async Task A_question_put_to_alice_is_not_answered_by_bob_in_the_same_browser()
    {
        await using var server = await AuthServer.StartAsync();
        var browser = await server.SignedInAsync();
        await browser.OpenAsync(Agent.Web(server).AskFor());
        Assert.Contains(People.Alice, browser.Text, StringComparison.Ordinal);
        var (question, token) = (browser.Url, Token(browser));

        await browser.OpenAsync("/sign-in?again=1");
        await browser.SignInAsync(People.Bob);
        await browser.SendAsync(HttpMethod.Post, question + "?handler=Allow", [KeyValuePair.Create("__RequestVerificationToken", token)]);

        Assert.True(browser.Status is HttpStatusCode.BadRequest or HttpStatusCode.Gone, browser.Status.ToString());
        Assert.Equal(0, await server.LookAsync(db => db.Grants.CountAsync()));
    }

    [Fact]
    [Spec("AA-T070")]
    public async Task An_answer_does_nothing_in_another_session_nor_for_another_request()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Native(server); // asked about each time, so that nothing is remembered
        var alice = await server.SignedInAsync();
        var bob = await server.SignedInAsync(People.Bob);
        await alice.OpenAsync(agent.AskFor("mail.read"));
        var id = alice.Url.Split('/')[^1];
        var button = alice.Page.QuerySelectorAll("button").Single(b => b.TextContent.StartsWith("Allow", StringComparison.Ordinal));
        await alice.SendAsync(
            HttpMethod.Post, button.GetAttribute("formaction")!,
                Browser.Filled(alice.Page.Forms.Single(f => f.QuerySelector("[formaction]") is not null), null));

        foreach (var (browser, request) in new[]
        {
            (bob, agent.AskFor("mail.read", ("interaction", id))),
            (alice, agent.AskFor("mail.read mail.send", ("interaction", id))),
            (alice, agent.AskFor("mail.read", ("interaction", id), ("state", "other"))),
            (alice, agent.AskFor("mail.read", ("interaction", id), ("redirect_uri", "http://127.0.0.1:9999/callback"))),
            (alice, agent.AskFor("mail.read", ("interaction", id), ("code_challenge", Agent.Challenge("e")))),
        })
        {
            await browser.OpenAsync(request);
            Assert.Null(browser.Left);
        }
        await alice.OpenAsync(agent.AskFor("mail.read", ("interaction", id)));
        Assert.Contains("code", alice.Answer.Keys);
        await alice.OpenAsync(agent.AskFor("mail.read", ("interaction", id)));

        Assert.Null(alice.Left); // used once
    }

    [Theory]
    [InlineData("Allow")]
    [InlineData("Cancel")]
    [Spec("AA-T068")]
    public async Task A_button_pressed_twice_answers_once(string button)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(Agent.Native(server).AskFor("mail.read"));
        var twin = alice.Copy();
        var action = alice.Page.QuerySelectorAll("button").Single(b => b.TextContent.StartsWith(button, StringComparison.Ordinal))
            .GetAttribute("formaction")!;
        var form = Browser.Filled(alice.Page.Forms.Single(f => f.QuerySelector("[formaction]") is not null), null);

        await Task.WhenAll(alice.SendAsync(HttpMethod.Post, action, form), twin.SendAsync(HttpMethod.Post, action, form));
        HttpStatusCode[] statuses = [alice.Status, twin.Status];
        await alice.FollowAsync();
        await twin.FollowAsync();

        Assert.Equal([HttpStatusCode.Found, HttpStatusCode.Found], statuses); // whichever the browser waits for, it goes on
        Assert.Single([alice, twin], b => b.Left is not null); // and the answer is one; who brings it again is asked again
        Assert.Equal(button == "Allow" ? 1 : 0, await server.LookAsync(db => db.Grants.CountAsync()));
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act.StartsWith("grant."))));
    }

    [Fact]
    [Spec("AA-T068")]
    public async Task A_question_waits_half_an_hour_and_dies_with_its_client()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor());
        server.Clock.Advance(TimeSpan.FromMinutes(31));
        await alice.PressAsync("Allow");
        Assert.Equal(HttpStatusCode.Gone, alice.Status);
        await alice.OpenAsync(Agent.Web(server).AskFor());
        await server.ChangeAsync(async db => (await db.Clients.SingleAsync(c => c.ClientId == "demo-web")).Block(server.Clock));
        await alice.PressAsync("Allow");

        Assert.Equal(HttpStatusCode.Gone, alice.Status);
        Assert.Equal(0, await server.LookAsync(db => db.Grants.CountAsync()));
    }

    private static string Token(Browser browser) =>
        browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
}

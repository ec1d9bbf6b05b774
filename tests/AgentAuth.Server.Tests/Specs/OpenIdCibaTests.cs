using System.Net;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Approvals;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>A resource server asks a person about one action, and fetches the answer once.</summary>
public sealed class OpenIdCibaTests
{
    internal const string Scopes = "offline_access mail.read mail.send mail.delete";

    [Fact]
    [Spec("OpenID CIBA Core", "10.1.1")]
    [Spec("RFC 9396", "7")]
    public async Task A_yes_is_fetched_once_and_says_which_action_it_was()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, alice) = await AskingAsync(server);
        var asked = await server.AskAsync(agents.AccessToken);
        var id = asked.Text("auth_req_id")!;
        Assert.Equal((600, 2), (asked.Json.GetProperty("expires_in").GetInt32(), asked.Json.GetProperty("interval").GetInt32()));
        Assert.Equal("authorization_pending", (await server.PollAsync(id)).Error);

        await alice.AnswerAsync("Approve");
        var yes = await server.PollAsync(id);

        Assert.True(yes.IsGood, yes.Body);
        Assert.Equal(60, yes.Json.GetProperty("expires_in").GetInt32());
        Assert.Equal("openid", yes.Claims.GetProperty("scope").GetString());
        Assert.Equal(AuthServer.Mail, yes.Claims.GetProperty("aud").GetString());
        Assert.Equal("demo-resource", yes.Claims.GetProperty("client_id").GetString());
        Assert.Equal(agents.Claims.GetProperty("sub").GetString(), yes.Claims.GetProperty("sub").GetString());
        Assert.Equal(agents.Claims.GetProperty("gid").GetString(), yes.Claims.GetProperty("gid").GetString());
        Assert.Equal(
            """[{"arguments":{"id":"1"},"tool":"delete_message","type":"agentauth_action"}]""",
            yes.Claims.GetProperty("authorization_details").GetRawText());
        Assert.Equal("demo-resource", TokenAnswer.ClaimsOf(yes.Text("id_token")!).GetProperty("aud").GetString());
        Assert.False(yes.Has("refresh_token"));
        Assert.Equal("invalid_grant", (await server.PollAsync(id)).Error);
    }

    [Fact]
    public async Task Of_many_who_come_for_a_yes_one_gets_it()
    {
        await using var server = await AuthServer.StartAsync();
        await using var another = server.Another();
        var (agents, alice) = await AskingAsync(server);
        var id = await server.AskedAsync(agents.AccessToken);
        await alice.AnswerAsync("Approve");

        var answers = await Asking.AtOnceAsync(10, i => (i % 2 == 0 ? server : another).PollAsync(id));

        Assert.Single(answers, a => a.IsGood);
        Assert.All(answers.Where(a => !a.IsGood), a => Assert.Equal("invalid_grant", a.Error));
    }

    [Fact]
    [Spec("OpenID CIBA Core", "11")]
    public async Task A_no_is_a_no_and_is_not_asked_again_so_soon()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, alice) = await AskingAsync(server);
        var id = await server.AskedAsync(agents.AccessToken);

        await alice.AnswerAsync("Refuse");

        Assert.Equal("access_denied", (await server.PollAsync(id)).Error);
        var again = await server.AskAsync(agents.AccessToken);
        Assert.Equal((HttpStatusCode.Forbidden, "access_denied"), (again.Status, again.Error));
        Assert.True((await server.AskAsync(agents.AccessToken, ("authorization_details", Action("2")))).IsGood);
        server.Clock.Advance(TimeSpan.FromMinutes(9.9)); // the agent's token lives ten
        Assert.Equal("access_denied", (await server.PollAsync(id)).Error);
    }

    [Fact]
    [Spec("OpenID CIBA Core", "11")]
    public async Task Who_asks_too_often_is_slowed_down()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, _) = await AskingAsync(server);
        var id = await server.AskedAsync(agents.AccessToken);

        var first = await server.PollAsync(id);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await server.PollAsync(id);
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        var third = await server.PollAsync(id);

        Assert.Equal(
            ("authorization_pending", "slow_down", "authorization_pending"), (first.Error, second.Error, third.Error));
    }

    [Fact]
    [Spec("OpenID CIBA Core", "11")]
    public async Task A_question_ends_by_itself()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, alice) = await AskingAsync(server);
        var asked = await server.AskAsync(agents.AccessToken, ("requested_expiry", "90"));
        await alice.OpenAsync("/account/approvals");
        var page = alice.Page.QuerySelector("main article a.button")!.GetAttribute("href")!;
        await alice.OpenAsync(page);

        server.Clock.Advance(TimeSpan.FromSeconds(90));
        await alice.PressAsync("Approve");

        Assert.Equal(90, asked.Json.GetProperty("expires_in").GetInt32());
        Assert.Equal(HttpStatusCode.Gone, alice.Status);
        Assert.Equal("expired_token", (await server.PollAsync(asked.Text("auth_req_id")!)).Error);
        Assert.True((await server.AskAsync(agents.AccessToken)).IsGood);
    }

    [Fact]
    public async Task The_same_action_is_one_question_and_the_newest_who_asked_has_it()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, alice) = await AskingAsync(server);
        var first = await server.AskedAsync(agents.AccessToken);
        await alice.AnswerAsync("Approve");

        var sameWritten = """[ {"tool":"delete_message", "arguments": {"id":"\u0031"}, "type":"agentauth_action"} ]""";
        var second = await server.AskedAsync(agents.AccessToken, ("authorization_details", sameWritten));

        Assert.Equal("invalid_grant", (await server.PollAsync(first)).Error);
        Assert.True((await server.PollAsync(second)).IsGood);
        Assert.Equal(1, await server.LookAsync(db => db.Approvals.CountAsync()));
        var third = await server.AskedAsync(agents.AccessToken); // the yes is used up: this is a new question
        Assert.Equal("authorization_pending", (await server.PollAsync(third)).Error);
    }

    [Fact]
    public async Task Two_who_ask_the_same_at_once_ask_one_question()
    {
        await using var server = await AuthServer.StartAsync();
        await using var another = server.Another();
        var (agents, _) = await AskingAsync(server);
        await another.HearsAsync();

        await Asking.AtOnceAsync(8, i => (i % 2 == 0 ? server : another).AskAsync(agents.AccessToken));

        Assert.Equal(1, await server.LookAsync(db => db.Approvals.CountAsync()));
    }

    [Fact]
    public async Task Five_questions_of_one_agent_may_wait()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, alice) = await AskingAsync(server);
        for (var i = 0; i < 5; i++)
        {
            Assert.True((await server.AskAsync(agents.AccessToken, ("authorization_details", Action($"{i}")))).IsGood);
        }

        var sixth = await server.AskAsync(agents.AccessToken, ("authorization_details", Action("6")));

        Assert.Equal((HttpStatusCode.TooManyRequests, "slow_down"), (sixth.Status, sixth.Error));
        Assert.True((await server.AskAsync(agents.AccessToken, ("authorization_details", Action("1")))).IsGood); // the same again
        await alice.AnswerAsync("Refuse");
        Assert.True((await server.AskAsync(agents.AccessToken, ("authorization_details", Action("6")))).IsGood);
    }

    [Fact]
    public async Task A_person_is_asked_so_often_in_an_hour_and_then_left_alone()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, _) = await AskingAsync(server);
        var asked = 0;
        for (; asked < Questions.MaxAnHour; asked++)
        {
            if (asked % Questions.MaxPending == 0)
            {
                await server.ChangeAsync(async db => await db.Approvals.ExecuteUpdateAsync(
                    a => a.SetProperty(x => x.EndsAt, server.Clock.GetUtcNow()))); // as if nobody had answered in time
            }
            Assert.True((await server.AskAsync(agents.AccessToken, ("authorization_details", Action($"{asked}")))).IsGood);
        }
        await server.ChangeAsync(async db => await db.Approvals.ExecuteUpdateAsync(
            a => a.SetProperty(x => x.EndsAt, server.Clock.GetUtcNow())));

        var more = await server.AskAsync(agents.AccessToken, ("authorization_details", Action($"{asked}")));

        Assert.Equal((HttpStatusCode.TooManyRequests, "slow_down"), (more.Status, more.Error));
    }

    [Fact]
    public async Task Who_does_not_answer_gets_no_more_mail_about_that_agent_until_they_do()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var (agents, alice) = await AskingAsync(server);
        await server.SendMailAsync();
        var before = mailbox.Received.Count;
        for (var i = 0; i < Questions.MaxPending; i++)
        {
            await server.AskedAsync(agents.AccessToken, ("authorization_details", Action($"{i}")));
        }
        await server.SendMailAsync();
        Assert.Equal(before + Questions.MaxUnheardMails, mailbox.Received.Count);

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await alice.AnswerAsync("Refuse");
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await server.AskedAsync(agents.AccessToken, ("authorization_details", Action("again")));
        await server.SendMailAsync();

        Assert.Equal(before + Questions.MaxUnheardMails + 1, mailbox.Received.Count);
    }

    internal static string Action(string id) =>
        $$$"""[{"type":"agentauth_action","tool":"delete_message","arguments":{"id":"{{{id}}}"}}]""";

    internal static async Task<(TokenAnswer Agents, Browser Alice)> AskingAsync(AuthServer server)
    {
        var alice = server.Browser();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(alice, Scopes);
        await server.LimitAsync(Limiting.AskFirst);
        return (await claude.RefreshAsync(tokens.RefreshToken), alice);
    }
}

using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.AnswerMail;

/// <summary>"This was not me", from an e-mail, by whoever reads it.</summary>
public sealed class DisownTests
{
    [Fact]
    [Spec("AA-T116")]
    public async Task The_link_shows_what_it_would_do_and_its_button_ends_the_access_and_reports_the_client()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var (agent, mail) = (Agent.Web(server), Agent.MailServer(server));
        var tokens = await agent.TokensFromAsync(server.Browser());
        await server.SendMailAsync();
        var (link, reader) = (mailbox.LinkTo(People.Alice), server.Browser());

        for (var scanner = 0; scanner < 3; scanner++)
        {
            await server.Browser().SendAsync(scanner == 0 ? HttpMethod.Head : HttpMethod.Get, link);
        }
        Assert.True(await mail.SeesAsync(tokens.AccessToken));
        await reader.OpenAsync(link);
        Assert.Contains("client.demo.test", reader.Text, StringComparison.Ordinal);
        Assert.Contains("Read your messages", reader.Text, StringComparison.Ordinal);
        await reader.PressAsync("Remove and report");

        Assert.Equal(HttpStatusCode.OK, reader.Status);
        Assert.Contains("it can no longer act for you", reader.Text, StringComparison.Ordinal);
        Assert.False(await mail.SeesAsync(tokens.AccessToken));
        Assert.Equal("invalid_grant", (await agent.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(1, await server.LookAsync(db => db.ClientReports.CountAsync()));
        var entry = await server.LookAsync(db => db.AuditEntries.SingleAsync(e => e.Act == "grant.disown"));
        Assert.Equal(People.Alice, entry.Actor);
        Assert.DoesNotContain(reader.Cookies.Keys, c => c.Contains("session", StringComparison.Ordinal));
        await reader.OpenAsync("/account/agents");
        Assert.NotNull(reader.Page.QuerySelector("input[name=Password]")); // nobody was signed in by it
    }

    [Fact]
    [Spec("AA-T116")]
    public async Task A_link_that_is_used_over_unknown_or_no_link_is_answered_alike()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var alice = server.Browser();
        await Agent.Web(server).CodeFromAsync(alice);
        await server.SendMailAsync();
        var used = mailbox.LinkTo(People.Alice);
        await (await server.Browser().OpenAsync(used)).PressAsync("Remove and report");
        await Agent.Web2(server).CodeFromAsync(alice);
        await server.SendMailAsync();
        var over = mailbox.LinkTo(People.Alice);
        Assert.NotEqual(used, over);
        server.Clock.Advance(TimeSpan.FromDays(14));

        var answers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var link in new[] { used, over, $"/mail-link?token={new string('A', 43)}", "/mail-link?token=x", "/mail-link" })
        {
            var reader = await server.Browser().OpenAsync(link);
            Assert.Equal(HttpStatusCode.Gone, reader.Status);
            Assert.Empty(reader.Page.QuerySelectorAll("main form"));
            answers.Add(reader.Page.QuerySelector("main")!.InnerHtml);
        }
        Assert.Single(answers);
    }

    [Fact]
    [Spec("AA-T116")]
    public async Task Pressed_twice_at_once_it_acts_once()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).CodeFromAsync(server.Browser());
        await server.SendMailAsync();
        var readers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => server.Browser().OpenAsync(mailbox.LinkTo(People.Alice))));

        await Task.WhenAll(readers.Select(r => r.PressAsync("Remove and report")));

        Assert.Single(readers, r => r.Status == HttpStatusCode.OK);
        Assert.Equal(3, readers.Count(r => r.Status == HttpStatusCode.Gone));
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "grant.disown")));
    }

    [Fact]
    [Spec("AA-T068")]
    [Spec("AA-T069")]
    public async Task Another_sites_form_does_nothing_and_nobody_frames_the_page()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var mail = Agent.MailServer(server);
        var tokens = await Agent.Web(server).TokensFromAsync(server.Browser());
        await server.SendMailAsync();
        var (link, reader) = (mailbox.LinkTo(People.Alice), server.Browser());
        KeyValuePair<string, string>[] form = [new("token", link.Split('=')[1])];

        await reader.OpenAsync(link);
        Assert.Equal("DENY", reader.Response.Headers.GetValues("X-Frame-Options").Single());
        Assert.Contains("no-referrer", reader.Response.Headers.GetValues("Referrer-Policy"));
        await reader.SendAsync(HttpMethod.Post, "/mail-link", form);
        Assert.Equal(HttpStatusCode.BadRequest, reader.Status);
        await reader.SendAsync(HttpMethod.Post, link, form, ("Sec-Fetch-Site", "cross-site"));
        Assert.Equal(HttpStatusCode.BadRequest, reader.Status);
        await server.Browser().SendAsync(HttpMethod.Post, link);

        Assert.True(await mail.SeesAsync(tokens.AccessToken));
    }

    [Fact]
    [Spec("AA-T059")]
    public async Task It_is_about_the_grant_of_whom_it_was_sent_to_whoever_is_signed_in()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var (agent, mail) = (Agent.Web(server), Agent.MailServer(server));
        var alices = await agent.TokensFromAsync(server.Browser());
        await server.SendMailAsync();
        var bob = await server.SignedInAsync(People.Bob);
        var bobs = await agent.TokensFromAsync(bob);

        await bob.OpenAsync(mailbox.LinkTo(People.Alice));
        Assert.Contains(People.Alice, bob.Text, StringComparison.Ordinal);
        await bob.PressAsync("Remove and report");

        Assert.False(await mail.SeesAsync(alices.AccessToken));
        Assert.True(await mail.SeesAsync(bobs.AccessToken));
        Assert.Equal(People.Alice, (await server.LookAsync(db => db.AuditEntries.SingleAsync(e => e.Act == "grant.disown"))).Actor);
    }

    [Fact]
    public async Task It_ends_what_took_the_place_of_the_grant_it_was_about()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var (alice, agent, mail) = (server.Browser(), Agent.Web(server), Agent.MailServer(server));
        await agent.CodeFromAsync(alice);
        await server.SendMailAsync();
        await alice.OpenAsync(agent.AskFor("openid mail.read mail.send", ("prompt", "consent")));
        await alice.PressAsync("Allow", ("scope", "mail.read"));
        var tokens = await agent.RedeemAsync(alice.Answer["code"]);
        Assert.Equal(2, await server.LookAsync(db => db.Grants.CountAsync()));

        await (await server.Browser().OpenAsync(mailbox.LinkTo(People.Alice))).PressAsync("Remove and report");

        Assert.False(await mail.SeesAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task Of_what_has_ended_it_says_so_and_the_report_counts()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var alice = server.Browser();
        await Agent.Web(server).CodeFromAsync(alice);
        await server.SendMailAsync();
        await alice.OpenAsync("/account/agents");
        await alice.PressAsync("Remove");

        var reader = await server.Browser().OpenAsync(mailbox.LinkTo(People.Alice));
        await reader.PressAsync("Remove and report");

        Assert.Contains("It had ended already", reader.Text, StringComparison.Ordinal);
        Assert.Equal(1, await server.LookAsync(db => db.ClientReports.CountAsync()));
    }
}

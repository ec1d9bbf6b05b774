using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Mails;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Tokens.Mails;

/// <summary>What people are written to when they allow something, and when not.</summary>
public sealed class ToldOfGrantsTests
{
    [Fact]
    public async Task A_new_connection_is_told_with_its_proved_host_its_permissions_and_its_end()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).CodeFromAsync(server.Browser());
        var grant = await server.LookAsync(db => db.Grants.SingleAsync());

        await server.SendMailAsync();

        var letter = Assert.Single(mailbox.Received);
        Assert.Equal((People.Alice, "client.demo.test can now act for you in Demo Mail"), (letter.To, letter.Subject));
        Assert.Contains("It calls itself “Demo web agent”.", letter.Text, StringComparison.Ordinal);
        Assert.Contains("• Read your messages\n• Send messages in your name", letter.Text, StringComparison.Ordinal);
        Assert.Contains($"{grant.EndsAt.UtcDateTime:d MMM yyyy, HH:mm} UTC", letter.Text, StringComparison.Ordinal);
        Assert.Contains($"http://localhost:5100/account/agents/{grant.Id:D}", letter.Text, StringComparison.Ordinal);
        Assert.NotEmpty(mailbox.LinkTo(People.Alice));
    }

    [Fact]
    public async Task A_program_on_the_computer_is_told_as_one()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);

        await Agent.Native(server).CodeFromAsync(server.Browser());
        await server.SendMailAsync();

        Assert.Equal("A program on your computer can now act for you in Demo Mail", mailbox.Last.Subject);
    }

    [Fact]
    public async Task The_same_again_is_not_told_and_more_is()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var (alice, agent) = (server.Browser(), Agent.Web(server));
        await agent.CodeFromAsync(alice, "mail.read");

        await agent.CodeFromAsync(alice, "mail.read", ("prompt", "consent"));
        await agent.CodeFromAsync(alice, "mail.read mail.send");
        await server.SendMailAsync();

        Assert.Equal(
            ["client.demo.test can now act for you in Demo Mail", "client.demo.test can now do more for you in Demo Mail"],
            mailbox.Received.Select(l => l.Subject));
    }

    [Fact]
    public async Task People_are_written_to_in_the_language_they_decided_in()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var (alice, agent) = (await server.SignedInAsync(), Agent.Web(server));
        await server.ChangeAsync(async db => (await db.Scopes.SingleAsync(s => s.Name == "mail.read")).Descriptions =
            """{"zh-Hant":"閱讀你的郵件"}""");
        await alice.OpenAsync(agent.AskFor("mail.read", ("ui_locales", "zh-HK")));

        await alice.PressAsync("允許");
        await server.SendMailAsync();

        Assert.Equal("client.demo.test 現可代表你使用 Demo Mail", mailbox.Last.Subject);
        Assert.Contains("• 閱讀你的郵件", mailbox.Last.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("It may", mailbox.Last.Text, StringComparison.Ordinal);
        Assert.Equal("zh-HK", (await server.LookAsync(db => db.Users.SingleAsync(a => a.Email == People.Alice))).Culture);
    }

    [Fact]
    public async Task Without_a_mail_server_nothing_is_written()
    {
        await using var server = await AuthServer.StartAsync();

        await Agent.Web(server).CodeFromAsync(server.Browser());

        Assert.Equal((0, 0), await server.LookAsync(async db => (await db.OutgoingMails.CountAsync(), await db.MailLinks.CountAsync())));
    }

    [Fact]
    [Spec("AA-T106")]
    public async Task Who_reads_the_database_finds_no_link_that_works()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).CodeFromAsync(server.Browser());

        await server.SendMailAsync();

        var secret = mailbox.LinkTo(People.Alice).Split('=')[1];
        var mail = await server.LookAsync(db => db.OutgoingMails.SingleAsync());
        Assert.DoesNotContain("mail-link", mail.Text, StringComparison.Ordinal);
        Assert.NotEqual(secret, (await server.LookAsync(db => db.MailLinks.SingleAsync())).Id);
    }

    [Theory]
    [InlineData("Evil\r\nBcc: everybody@example.com\r\n\r\nhttp://evil.test/")]
    [InlineData("\u202eEvil\u2028http://localhost:5100/x")]
    [Spec("AA-T088")]
    public async Task A_clients_name_stays_on_its_line(string name)
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var agent = await server.RegisterAsync("named", "https://named.test/cb", name: name);

        await agent.CodeFromAsync(server.Browser(), "mail.read");
        await server.SendMailAsync();

        var letter = mailbox.Last;
        var line = Assert.Single(letter.Text.Split('\n'), l => l.Contains("Evil", StringComparison.Ordinal));
        Assert.StartsWith("It calls itself “", line, StringComparison.Ordinal);
        Assert.DoesNotContain(letter.Text, c => c is '\r' or '\u2028' or '\u202e');
        Assert.DoesNotContain("Evil", letter.Subject, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("AA-T116")]
    [Spec("AA-T119")]
    public async Task No_Host_header_bends_a_link()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var (alice, agent) = (await server.SignedInAsync(), Agent.Web(server));
        await alice.OpenAsync(agent.AskFor("mail.read"));
        var form = (AngleSharp.Html.Dom.IHtmlFormElement)alice.Page.QuerySelector("form#decision")!;
        var allow = form.QuerySelectorAll("button").OfType<AngleSharp.Html.Dom.IHtmlButtonElement>()
            .First(b => b.TextContent.Trim().StartsWith("Allow", StringComparison.Ordinal));

        await alice.SendAsync(
            HttpMethod.Post, allow.GetAttribute("formaction")!, Support.Browser.Filled(form, allow),
            ("Host", "evil.test"), ("X-Forwarded-Host", "evil.test"));
        await server.SendMailAsync();

        Assert.DoesNotContain("evil.test", mailbox.Last.Text, StringComparison.Ordinal);
        Assert.NotEmpty(mailbox.LinkTo(People.Alice));
    }

    [Fact]
    public async Task A_replay_is_told_without_a_link_that_acts()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).CodeFromAsync(server.Browser());
        await server.SendMailAsync();
        var grant = (await server.LookAsync(db => db.Grants.SingleAsync())).Id;

        await using (var scope = server.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Mailer>().AddAsync(MailKind.GrantReplayed, grant, default);
            await scope.ServiceProvider.GetRequiredService<AgentAuthDb>().SaveChangesAsync();
        }
        await server.SendMailAsync();

        Assert.Equal("client.demo.test: access to Demo Mail was ended for your safety", mailbox.Last.Subject);
        Assert.DoesNotContain("mail-link", mailbox.Last.Text, StringComparison.Ordinal);
    }
}

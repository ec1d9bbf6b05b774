using AgentAuth.Server.Chores;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Mails;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Chores;

public sealed class SendMailTests
{
    [Fact]
    public async Task They_go_out_in_the_order_of_what_they_tell_and_once()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var alice = server.Browser();
        foreach (var agent in new[] { Agent.Web(server), Agent.Web2(server), Agent.Native(server) })
        {
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            await agent.CodeFromAsync(alice);
        }

        await server.SendMailAsync();
        await server.SendMailAsync();

        Assert.Equal(
            ["client.demo.test", "client2.demo.test", "A program on your computer"],
            mailbox.Received.Select(l => l.Subject.Split(" can now")[0]));
        Assert.Equal(3, await server.LookAsync(db => db.OutgoingMails.CountAsync(m => m.SentAt != null && m.NextTryAt == null)));
    }

    [Fact]
    public async Task While_the_mail_server_is_away_it_is_asked_less_and_less_often_and_at_last_given_up()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).CodeFromAsync(server.Browser());
        foreach (var pause in SendMail.Pauses)
        {
            mailbox.Answers.Enqueue(Delivery.Later);
            var before = mailbox.Received.Count;
            await server.SendMailAsync();
            Assert.Equal(before + 1, mailbox.Received.Count);
            server.Clock.Advance(pause - TimeSpan.FromSeconds(1));
            await server.SendMailAsync();
            Assert.Equal(before + 1, mailbox.Received.Count);
            server.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        mailbox.Answers.Enqueue(Delivery.Later);

        await server.SendMailAsync();
        server.Clock.Advance(TimeSpan.FromDays(30));
        await server.SendMailAsync();

        Assert.Equal(SendMail.Pauses.Length + 1, mailbox.Received.Count);
        var mail = await server.LookAsync(db => db.OutgoingMails.SingleAsync());
        Assert.Equal((SendMail.Pauses.Length + 1, null, null), (mail.Tries, mail.NextTryAt, mail.SentAt));
        Assert.Single(mailbox.Received.Select(l => l.Id).Distinct());
    }

    [Fact]
    public async Task One_that_is_refused_is_not_tried_again_and_holds_up_no_other()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var alice = server.Browser();
        await Agent.Web(server).CodeFromAsync(alice);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await Agent.Web2(server).CodeFromAsync(alice);
        mailbox.Answers.Enqueue(Delivery.Refused);

        await server.SendMailAsync();
        server.Clock.Advance(TimeSpan.FromDays(30));
        await server.SendMailAsync();

        Assert.Equal(2, mailbox.Received.Count);
        Assert.Equal(1, await server.LookAsync(db => db.OutgoingMails.CountAsync(m => m.SentAt != null)));
    }

    [Fact]
    public async Task A_node_that_dies_after_handing_one_over_sends_it_again_and_loses_none()
    {
        var mailbox = new Mailbox { Afterwards = () => throw new InvalidOperationException("The power went.") };
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).CodeFromAsync(server.Browser());
        await Assert.ThrowsAsync<InvalidOperationException>(server.SendMailAsync);
        mailbox.Afterwards = null;

        await server.Another(mailbox.Attach).SendMailAsync();

        Assert.Equal(2, mailbox.Received.Count);
        Assert.Single(mailbox.Received.Select(l => l.Id).Distinct());
        Assert.Equal(1, await server.LookAsync(db => db.OutgoingMails.CountAsync(m => m.SentAt != null)));
    }

    [Fact]
    public async Task A_yes_that_fails_is_not_told()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var (alice, agent) = (await server.SignedInAsync(), Agent.Web(server));
        await alice.OpenAsync(agent.AskFor("mail.read"));
        await server.ChangeAsync(async db => (await db.Clients.SingleAsync(c => c.ClientId == "demo-web")).Block(server.Clock));

        await alice.PressAsync("Allow");

        Assert.Equal(0, await server.LookAsync(db => db.OutgoingMails.CountAsync()));
        Assert.Equal(0, await server.LookAsync(db => db.Receipts.CountAsync()));
    }
}

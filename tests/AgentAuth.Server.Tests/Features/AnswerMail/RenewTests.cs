using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.AnswerMail;

/// <summary>A reminder before the end, and its link.</summary>
public sealed class RenewTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Three_days_before_the_end_a_person_is_told_once()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).CodeFromAsync(server.Browser());
        await server.SendMailAsync();
        var end = (await server.LookAsync(db => db.Grants.SingleAsync())).EndsAt;

        server.Clock.Advance(end - server.Clock.GetUtcNow() - (3 * Day) - TimeSpan.FromMinutes(1));
        await server.RemindAsync();
        Assert.Single(mailbox.Received);
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        await server.RemindAsync();
        await server.RemindAsync();

        Assert.Equal(2, mailbox.Received.Count);
        Assert.StartsWith("client.demo.test: access to Demo Mail ends on ", mailbox.Last.Subject, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("AA-T116")]
    public async Task The_link_lets_it_go_on_for_as_long_again_once_and_gives_a_receipt()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var agent = Agent.Web(server);
        var tokens = await agent.TokensFromAsync(server.Browser());
        await LastsAsync(server, 30 * Day);
        server.Clock.Advance(28 * Day);
        await server.RemindAsync();
        var (link, reader) = (mailbox.LinkTo(People.Alice), server.Browser());

        await reader.OpenAsync(link);
        var before = (await server.LookAsync(db => db.Grants.SingleAsync())).EndsAt;
        Assert.True(before < server.Clock.GetUtcNow() + (3 * Day)); // looking changed nothing
        await reader.PressAsync("Renew");

        var grant = await server.LookAsync(db => db.Grants.SingleAsync());
        Assert.Equal(server.Clock.GetUtcNow() + (30 * Day), grant.EndsAt);
        Assert.Equal(2, await server.LookAsync(db => db.Receipts.CountAsync(r => r.GrantId == grant.Id)));
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "grant.renew")));
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await agent.RefreshAsync(tokens.RefreshToken)).Error);
        await reader.OpenAsync(link);
        Assert.Equal(HttpStatusCode.Gone, reader.Status);
    }

    [Fact]
    public async Task The_refresh_token_there_is_goes_on_too()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var (agent, alice) = (Agent.Web(server), server.Browser());
        var tokens = await agent.TokensFromAsync(alice);
        await alice.OpenAgentAsync();
        await alice.PressAsync("Set this end", ("until", $"{server.Clock.GetUtcNow().UtcDateTime.AddDays(20):yyyy-MM-dd}"));
        server.Clock.Advance(18 * Day);
        tokens = await agent.RefreshAsync(tokens.RefreshToken); // dies with the grant
        await server.RemindAsync();
        await (await server.Browser().OpenAsync(mailbox.LinkTo(People.Alice))).PressAsync("Renew");

        server.Clock.Advance(5 * Day);

        Assert.Null((await agent.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    public async Task An_old_link_makes_nothing_end_sooner_than_the_person_said_meanwhile()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).TokensFromAsync(server.Browser());
        await LastsAsync(server, 30 * Day);
        server.Clock.Advance(28 * Day);
        await server.RemindAsync();
        await LastsAsync(server, Grant.Unending - server.Clock.GetUtcNow());

        var reader = await server.Browser().OpenAsync(mailbox.LinkTo(People.Alice));
        Assert.Contains("until you remove it; you have said so already", reader.Text, StringComparison.Ordinal);
        await reader.PressAsync("Renew");

        Assert.Equal(Grant.Unending, (await server.LookAsync(db => db.Grants.SingleAsync())).EndsAt);
    }

    [Fact]
    public async Task A_renewed_grant_is_reminded_of_again()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).CodeFromAsync(server.Browser());
        await LastsAsync(server, 30 * Day);
        server.Clock.Advance(28 * Day);
        await server.RemindAsync();
        await (await server.Browser().OpenAsync(mailbox.LinkTo(People.Alice))).PressAsync("Renew");

        server.Clock.Advance(28 * Day);
        await server.RemindAsync();

        Assert.Equal(3, mailbox.Received.Count);
    }

    [Fact]
    [Spec("AA-T079")]
    public async Task A_client_that_is_not_what_it_was_is_not_renewed()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).CodeFromAsync(server.Browser());
        await LastsAsync(server, 30 * Day);
        server.Clock.Advance(28 * Day);
        await server.RemindAsync();
        await server.ChangeAsync(async db => (await db.Clients.SingleAsync(c => c.ClientId == "demo-web")).AskAnew(server.Clock));
        var before = await server.LookAsync(db => db.Grants.SingleAsync());

        var reader = await server.Browser().OpenAsync(mailbox.LinkTo(People.Alice));
        await reader.PressAsync("Renew");

        Assert.Contains("It was not renewed", reader.Text, StringComparison.Ordinal);
        Assert.Equal(before.EndsAt, (await server.LookAsync(db => db.Grants.SingleAsync())).EndsAt);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1)]
    public async Task What_was_allowed_for_a_week_or_less_ends_in_silence(int days)
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).CodeFromAsync(server.Browser());
        await LastsAsync(server, days * Day);
        server.Clock.Advance((days * Day) - TimeSpan.FromHours(1));

        await server.RemindAsync();

        Assert.Single(mailbox.Received); // of the yes
    }

    [Fact]
    public async Task What_has_no_end_has_ended_or_is_a_disabled_persons_is_not_reminded_of()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        var alice = server.Browser();
        await Agent.Web(server).CodeFromAsync(alice);
        await LastsAsync(server, Grant.Unending - server.Clock.GetUtcNow());
        server.Clock.Advance(TimeSpan.FromSeconds(1)); // the newest stands first in the list
        await Agent.Web2(server).CodeFromAsync(alice);
        await Agent.Web2(server).CodeFromAsync(await server.SignedInAsync(People.Bob));
        await server.ChangeAsync(async db => (await db.Users.SingleAsync(a => a.Email == People.Bob)).Disable(server.Clock));
        await alice.OpenAsync("/account/agents");
        await alice.PressAsync("Remove");
        await server.SendMailAsync();
        var told = mailbox.Received.Count;

        server.Clock.Advance(88 * Day);
        await server.RemindAsync();

        Assert.Equal(told, mailbox.Received.Count);
    }

    /// <summary>As if the person had chosen another length, which the page lets them.</summary>
    private static Task LastsAsync(AuthServer server, TimeSpan length) => server.LookAsync(db =>
    {
        var end = server.Clock.GetUtcNow() + length;
        return db.Grants.OrderByDescending(g => g.CreatedAt).Take(1)
            .ExecuteUpdateAsync(g => g.SetProperty(x => x.EndsAt, end));
    });
}

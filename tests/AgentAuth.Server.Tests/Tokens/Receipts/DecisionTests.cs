using System.Buffers.Text;
using System.Text.Json;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Receipts;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens.Receipts;

/// <summary>Whatever a person decides about an agent later has a receipt too, of who, what and until when.</summary>
public sealed class DecisionTests
{
    [Fact]
    public async Task Each_decision_on_an_agents_page_has_a_receipt()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Web(server).TokensFromAsync(alice, "mail.read mail.send mail.delete");

        await alice.ReduceAsync("mail.read", "mail.send");
        await alice.PressAsync("Set this end", ("lasts", "week"));
        await alice.PressAsync("Set these limits", ("limit", "7"), ("ask", "true"));
        await alice.PressAsync("Pause");
        await alice.PressAsync("Resume");
        await alice.PressAsync("Remove");

        var receipts = await ReadAsync(server);
        Assert.Equal(["allow", "reduce", "until", "limit", "pause", "resume", "remove"], receipts.Select(r => r.Act));
        var (week, now) = (server.Clock.GetUtcNow().AddDays(7).ToUnixTimeSeconds(), server.Clock.GetUtcNow().ToUnixTimeSeconds());
        Assert.All(receipts.Skip(2).SkipLast(1), r => Assert.Equal(week, r.EndsAt));
        Assert.Equal(now, receipts[^1].EndsAt);
        Assert.Equal((7, true), (receipts[3].Limits.ChangesPerDay, receipts[3].Limits.AsksFirst));
        Assert.Equal(["mail.read mail.send", "", "mail.read mail.send", ""], receipts.Skip(3).Select(r => r.Scope));
        Assert.All(receipts, r => Assert.Equal((People.Alice, "demo-web"), (r.Email, r.Client.Id)));
        Assert.Equal(
            ["Read your messages", "Send messages in your name"], receipts[3].Permissions.Where(p => p.IsTicked).Select(p => p.Sentence));
        Assert.DoesNotContain(receipts[^1].Permissions, p => p.IsTicked);
    }

    [Fact]
    public async Task What_changed_nothing_has_none()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Web(server).TokensFromAsync(alice);
        await alice.OpenAgentAsync();
        var twice = await alice.Copy().OpenAsync(alice.Url);

        await alice.PressAsync("Remove");
        await twice.PressAsync("Remove");

        Assert.Equal(["allow", "remove"], (await ReadAsync(server)).Select(r => r.Act));
    }

    [Fact]
    public async Task It_was_not_me_has_one()
    {
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(mailbox.Attach);
        await Agent.Web(server).TokensFromAsync(server.Browser());
        await server.SendMailAsync();

        await (await server.Browser().OpenAsync(mailbox.LinkTo(People.Alice))).PressAsync("Remove and report");

        Assert.Equal(["allow", "remove"], (await ReadAsync(server)).Select(r => r.Act));
    }

    private static async Task<List<ConsentReceipt>> ReadAsync(AuthServer server) =>
        (await server.LookAsync(db => db.Receipts.OrderBy(r => r.Id).Select(r => r.Jws).ToListAsync()))
            .ConvertAll(jws => JsonSerializer.Deserialize<ConsentReceipt>(
                Base64Url.DecodeFromChars(jws.Split('.')[1]), ConsentReceipt.Json)!);
}

using System.Diagnostics;
using System.Net;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Databases;

/// <summary>Two processes, one issuer, one PostgreSQL. The issuer's name points to A, and there Demo Mail hears what ended.</summary>
public sealed class TwoNodesTests(PostgresCluster postgres, ITestOutputHelper output)
{
    private const string Scope = "mail.read offline_access";

    [Fact]
    public async Task A_code_that_one_node_gave_is_redeemed_on_the_other_and_nowhere_again()
    {
        var database = await postgres.DatabaseAsync();
        await using var a = await DemoProcess.OnPostgresAsync(database);
        await using var b = await DemoProcess.AnotherNodeOfAsync(a, database);
        var (atA, atB) = (await Agent.MeetAsync(a), await Agent.MeetAtAsync(b, a.Mail));

        var ask = atA.AskFor(Scope);
        var code = ask.CodeFrom(await Person.Alice(a).AllowAsync(ask.Url));
        var tokens = await atB.RedeemAsync(ask, code);

        Assert.Equal(200, tokens.Status);
        Assert.Equal(HttpStatusCode.OK, await new Mailbox(a.Mail, tokens.AccessToken).TryAsync("list_messages"));
        Assert.Equal("invalid_grant", (await atA.RedeemAsync(ask, code)).Error);
        Assert.Equal("invalid_grant", (await atB.RedeemAsync(ask, code)).Error);
    }

    [Fact]
    public async Task Alice_signs_in_on_one_node_removes_the_agent_on_the_other_and_both_refuse_it_within_a_second()
    {
        var database = await postgres.DatabaseAsync();
        await using var a = await DemoProcess.OnPostgresAsync(database);
        await using var b = await DemoProcess.AnotherNodeOfAsync(a, database);
        var (atA, atB) = (await Agent.MeetAsync(a), await Agent.MeetAtAsync(b, a.Mail));
        var alice = Person.Alice(a);
        var tokens = await atA.ConnectAsync(alice);
        var mailbox = new Mailbox(a.Mail, tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, await mailbox.TryAsync("list_messages"));

        await alice.Browser.OpenAsync($"{b.Url}/account/agents");
        var remove = Assert.Single(FormBrowser.Buttons(alice.Browser.Page, "Remove"));
        var pressed = Stopwatch.GetTimestamp();
        await alice.PressRemoveAsync(remove);
        var answered = Stopwatch.GetTimestamp();

        await mailbox.IsRefusedAsync(within: TimeSpan.FromSeconds(1));
        output.WriteLine(
            $"refused by the other node's Demo Mail {Stopwatch.GetElapsedTime(answered).TotalMilliseconds:F0} ms after the answer, "
            + $"{Stopwatch.GetElapsedTime(pressed).TotalMilliseconds:F0} ms after the press");
        Assert.Equal("invalid_grant", (await atA.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await atB.RefreshAsync(tokens.RefreshToken)).Error);
    }
}

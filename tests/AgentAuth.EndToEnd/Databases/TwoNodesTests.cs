using System.Diagnostics;
using System.Net;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Databases;

public sealed class TwoNodesTests(PostgresCluster postgres, ITestOutputHelper output)
{
    private const string Scope = "mail.read offline_access";

    [Fact]
    public async Task A_code_that_one_node_gave_is_redeemed_once_on_the_other()
    {
        var database = await postgres.DatabaseAsync();
        await using var a = await DemoProcess.OnPostgresAsync(database);
        await using var b = await DemoProcess.AnotherNodeOfAsync(a, database);
        var alice = Person.Alice(a);
        var agent = await Agent.MeetAtAsync(b, b.Mail);

        // She signs in and consents on A; the code is redeemed on B, for the Demo Mail that stands beside B.
        var ask = agent.AskFor(Scope);
        var code = ask.CodeFrom(await alice.AllowAsync(On(a, b, ask)));
        var tokens = await agent.RedeemAsync(ask, code);

        Assert.Equal(200, tokens.Status);
        Assert.Equal(HttpStatusCode.OK, await new Mailbox(b.Mail, tokens.AccessToken).TryAsync("list_messages"));
        Assert.Equal("invalid_grant", (await (await Agent.MeetAtAsync(a, b.Mail)).RedeemAsync(ask, code)).Error);
    }

    [Fact]
    public async Task Alice_removes_an_agent_on_one_node_and_the_other_refuses_it_within_a_second()
    {
        var database = await postgres.DatabaseAsync();
        await using var a = await DemoProcess.OnPostgresAsync(database);
        await using var b = await DemoProcess.AnotherNodeOfAsync(a, database);
        var alice = Person.Alice(a);
        var agent = await Agent.MeetAtAsync(b, b.Mail);
        var ask = agent.AskFor(Scope);
        var tokens = await agent.RedeemAsync(ask, ask.CodeFrom(await alice.AllowAsync(On(a, b, ask))));
        var mailbox = new Mailbox(b.Mail, tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, await mailbox.TryAsync("list_messages"));

        var remove = await alice.OnlyRemoveButtonAsync();
        var pressed = Stopwatch.GetTimestamp();
        await alice.PressRemoveAsync(remove);

        await Poll.UntilAsync(
            async () => await mailbox.TryAsync("list_messages") == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(1), () => "B still lets it in.");
        output.WriteLine($"refused on the other node after {Stopwatch.GetElapsedTime(pressed).TotalMilliseconds:F0} ms");
        Assert.Equal("invalid_grant", (await agent.RefreshAsync(tokens.RefreshToken)).Error);
    }

    private static string On(DemoProcess node, DemoProcess other, Ask ask) => ask.Url.Replace(other.Url, node.Url, StringComparison.Ordinal);
}

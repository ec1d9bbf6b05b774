using System.Diagnostics;
using System.Net;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>R09: two nodes on one PostgreSQL. The issuer's name leads to A, and there the sample servers hear what ended.</summary>
public sealed class TwoNodesAtOnceTests(PostgresCluster postgres)
{
    private const string Scope = "mail.read offline_access";
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    /// <summary>Longer than what the feed looks back between two looks at everything.</summary>
    private static readonly TimeSpan StoodStill = TimeSpan.FromSeconds(12);

    [Fact]
    public async Task What_is_given_back_on_one_node_is_refused_by_the_other_and_by_Demo_Mail_within_a_second()
    {
        var database = await postgres.DatabaseAsync();
        await using var a = await DemoProcess.OnPostgresAsync(database);
        await using var b = await DemoProcess.AnotherNodeOfAsync(a, database);
        var (atA, atB) = (await Agent.MeetAsync(a), await Agent.MeetAtAsync(b, a.Mail));
        var alice = Person.Alice(a);
        var (onTheOther, atDemoMail) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var run = 0; run < Extent.Of(10, 50); run++)
        {
            var (here, there) = run % 2 == 0 ? (atA, atB) : (atB, atA);
            var tokens = await here.ConnectAsync(alice);
            var mailbox = new Mailbox(a.Mail, tokens.AccessToken);
            Assert.Equal(HttpStatusCode.OK, await mailbox.TryAsync("list_messages"));
            Assert.Equal(200, await here.RevokeAsync(tokens.RefreshToken));
            var since = Stopwatch.GetTimestamp();

            await Task.WhenAll(
                UntilAsync(async () => !await there.IsActiveAsync(tokens.AccessToken), since, onTheOther),
                UntilAsync(async () => await mailbox.TryAsync("list_messages") == HttpStatusCode.Unauthorized, since, atDemoMail));
            Assert.Equal("invalid_grant", (await there.RefreshAsync(tokens.RefreshToken)).Error);
        }

        await Extent.NoteAsync("R09-revocation",
        [
            $"{onTheOther.Count} revocations, on either node: refused by the other within {onTheOther.Max().TotalMilliseconds:F0} ms",
            $"refused by Demo Mail after {atDemoMail.Max().TotalMilliseconds:F0} ms at most",
        ]);
        Assert.All(onTheOther.Concat(atDemoMail), time => Assert.True(time <= Promise, $"{time.TotalMilliseconds:F0} ms"));
    }

    [Fact]
    public async Task A_node_that_stood_still_for_long_knows_what_ended_meanwhile_before_it_says_anything()
    {
        var database = await postgres.DatabaseAsync();
        await using var a = await DemoProcess.OnPostgresAsync(database);
        await using var b = await DemoProcess.AnotherNodeOfAsync(a, database);
        var (atA, atB) = (await Agent.MeetAsync(a), await Agent.MeetAtAsync(b, a.Mail));
        var tokens = await atA.ConnectAsync(Person.Alice(a), Scope);
        Assert.True(await atB.IsActiveAsync(tokens.AccessToken));

        await b.FreezeAsync();
        Assert.Equal(200, await atA.RevokeAsync(tokens.RefreshToken));
        await Task.Delay(StoodStill, TestContext.Current.CancellationToken);
        await b.ThawAsync();

        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < Promise;)
        {
            Assert.False(await atB.IsActiveAsync(tokens.AccessToken), $"after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:F0} ms");
        }
    }

    [Fact]
    public async Task Fifty_refreshes_at_once_on_two_nodes_leave_at_most_one_live_token()
    {
        var database = await postgres.DatabaseAsync();
        await using var a = await DemoProcess.OnPostgresAsync(database);
        await using var b = await DemoProcess.AnotherNodeOfAsync(a, database);
        Agent[] agents = [await Agent.MeetAsync(a), await Agent.MeetAtAsync(b, a.Mail)];
        var bob = Person.Bob(a);
        var rounds = Extent.Of(4, 100);
        for (var round = 0; round < rounds; round++)
        {
            var tokens = await agents[round % 2].ConnectAsync(bob, Scope);
            var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(
                i => Task.Run(() => agents[i % 2].RefreshAsync(tokens.RefreshToken), TestContext.Current.CancellationToken)));

            Assert.All(
                replies, reply => Assert.True(reply.Status == 200 || reply.Error == "invalid_grant", $"{reply.Status} {reply.Body}"));
            var given = replies.Where(reply => reply.Status == 200).Select(reply => reply.RefreshToken).Distinct(StringComparer.Ordinal);
            Assert.InRange(given.Count(), 0, 1);
            await StoredRows.HoldAsync(a, database);

            var ask = agents[0].AskFor(Scope);
            var code = ask.CodeFrom(await bob.AllowAsync(ask.Url));
            var redeemed = await Task.WhenAll(Enumerable.Range(0, 50).Select(
                i => Task.Run(() => agents[i % 2].RedeemAsync(ask, code), TestContext.Current.CancellationToken)));
            Assert.Single(redeemed, reply => reply.Status == 200);
        }

        await Extent.NoteAsync("R09-races", [$"{rounds} rounds of 50 refreshes and 50 redemptions at once on two nodes; 0 violations"]);
    }

    [Fact]
    public async Task Agents_that_use_both_nodes_are_answered_by_both_even_when_one_is_killed()
    {
        var database = await postgres.DatabaseAsync();
        await using var a = await DemoProcess.OnPostgresAsync(database);
        await using var b = await DemoProcess.AnotherNodeOfAsync(a, database);
        var pool = await Pool.OfAsync(6, a, b);
        await pool.WriteForAsync(Extent.Of(TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(5)));
        Assert.True(pool.Unanswered == 0, $"{pool.Unanswered} were told to come back:\n{a.Failures}\n{b.Failures}");

        using var until = new CancellationTokenSource();
        var writing = pool.WriteAsync(until.Token);
        b.Kill();
        await b.RestartAsync();
        await until.CancelAsync();
        await writing;

        await pool.EverythingHoldsAsync();
        await StoredRows.HoldAsync(a, database);
        await Extent.NoteAsync("R09-both-nodes", [$"{pool.Facts} facts on two nodes, one of them killed; 0 violations"]);
    }

    private static async Task UntilAsync(Func<Task<bool>> refused, long since, List<TimeSpan> times)
    {
        while (!await refused())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30), "It is never refused.");
        }

        lock (times)
        {
            times.Add(Stopwatch.GetElapsedTime(since));
        }
    }
}

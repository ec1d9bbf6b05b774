using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

public sealed class ParallelTests(PostgresCluster postgres, ITestOutputHelper output)
{
    private const int Rounds = 20;
    private const int AtOnce = 50;

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task Fifty_refreshes_at_once_leave_at_most_one_live_token(string database)
    {
        await using var demo = await DemoProcess.OnPostgresAsync(await ConnectionStringAsync(database));
        var bob = Person.Bob(demo);
        var agent = await Agent.MeetAsync(demo);

        for (var round = 1; round <= Rounds; round++)
        {
            var tokens = await agent.ConnectAsync(bob);
            var replies = await AllAtOnceAsync(() => agent.RefreshAsync(tokens.RefreshToken));
            var given = replies.Where(reply => reply.Status == 200).Select(reply => reply.RefreshToken).ToHashSet(StringComparer.Ordinal);
            var live = 0;
            foreach (var token in given)
            {
                live += (await agent.RefreshAsync(token)).Status == 200 ? 1 : 0;
            }

            output.WriteLine($"round {round}: {Summary(replies)}; {given.Count} different refresh tokens given, {live} of them alive");
            Assert.InRange(given.Count, 0, 1);
            Assert.InRange(live, 0, 1);
            AreAnswered(replies, demo);
        }
    }

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task Fifty_redemptions_of_one_code_at_once_have_exactly_one_winner(string database)
    {
        await using var demo = await DemoProcess.OnPostgresAsync(await ConnectionStringAsync(database));
        var bob = Person.Bob(demo);
        var agent = await Agent.MeetAsync(demo);

        for (var round = 1; round <= Rounds; round++)
        {
            var ask = agent.AskFor("mail.read offline_access");
            var code = ask.CodeFrom(await bob.AllowAsync(ask.Url));
            var replies = await AllAtOnceAsync(() => agent.RedeemAsync(ask, code));

            output.WriteLine($"round {round}: {Summary(replies)}");
            Assert.Single(replies, reply => reply.Status == 200);
            AreAnswered(replies, demo);
        }
    }

    private static Task<TokenReply[]> AllAtOnceAsync(Func<Task<TokenReply>> ask) =>
        Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(ask, TestContext.Current.CancellationToken)));

    private static void AreAnswered(TokenReply[] replies, DemoProcess demo)
    {
        if (replies.Any(reply => reply.Status != 200 && (reply.Status, reply.Error) != (400, "invalid_grant")))
        {
            Assert.Fail($"Whoever lost was not told invalid_grant: {Summary(replies)}\n{demo.LastWords}");
        }
    }

    private static string Summary(TokenReply[] replies) => string.Join(", ", replies
        .GroupBy(reply => $"{reply.Status} {reply.Error}".Trim(), StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => $"{group.Count()} × {group.Key}"));

    private async Task<string?> ConnectionStringAsync(string database) =>
        database == "PostgreSQL" ? await postgres.DatabaseAsync() : null;
}

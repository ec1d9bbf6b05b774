using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>Fifty refreshes with one token at the same moment: never two live refresh tokens.</summary>
public sealed class RefreshRaceTests
{
    private const int Rounds = 100;
    private const int Racers = 50;
    private const int RoundsOnTwoNodes = 10;

    [Fact]
    [Spec("RFC 9700", "4.14.2")]
    [Spec("AA-T047")]
    [Spec("AA-T049")]
    public async Task Fifty_who_refresh_at_once_are_given_the_same_successor()
    {
        await using var server = await AuthServer.StartAsync();

        await ShareAsync(server, [Agent.Web(server)], Rounds);
    }

    [Fact]
    [Spec("AA-T047")]
    [Spec("AA-T049")]
    public async Task Two_nodes_together_give_the_same_successor()
    {
        await using var server = await AuthServer.StartAsync();
        await using var another = server.Another();

        await ShareAsync(server, [Agent.Web(server), Agent.Web(another)], RoundsOnTwoNodes);
    }

    [Fact]
    [Spec("AA-T047")]
    [Spec("AA-T049")]
    public async Task The_two_paths_together_give_the_same_successor()
    {
        await using var server = await AuthServer.StartAsync();
        await using var whole = server.Another(Paths.OnlyTheWholePipeline);

        await ShareAsync(server, [Agent.Web(server), Agent.Web(whole)], RoundsOnTwoNodes);
    }

    [Fact]
    [Spec("RFC 9700", "4.14.2")]
    [Spec("AA-T047")]
    public async Task Without_a_window_one_wins_at_most_and_the_family_is_dead()
    {
        await using var server = await AuthServer.StartAsync(RefreshGraceTests.Off);

        await RaceAsync(server, [Agent.Web(server)], Rounds);
    }

    [Fact]
    [Spec("AA-T047")]
    public async Task Without_a_window_two_nodes_together_let_one_win_at_most()
    {
        await using var server = await AuthServer.StartAsync(RefreshGraceTests.Off);
        await using var another = server.Another(RefreshGraceTests.Off);

        await RaceAsync(server, [Agent.Web(server), Agent.Web(another)], RoundsOnTwoNodes);
    }

    private static async Task ShareAsync(AuthServer server, Agent[] nodes, int rounds)
    {
        var (alice, mail) = (server.Browser(), Agent.MailServer(server));
        var tokens = await nodes[0].TokensFromAsync(alice);
        for (var round = 0; round < rounds; round++)
        {
            var presented = tokens;

            var answers = await Asking.AtOnceAsync(Racers, i => nodes[i % nodes.Length].RefreshAsync(presented.RefreshToken));

            Assert.All(answers, a => Assert.True(a.IsGood, a.Body));
            Assert.Single(answers.Select(a => a.RefreshToken).Distinct(StringComparer.Ordinal));
            Assert.Equal(1, await LiveAsync(server));
            Assert.True(await mail.SeesAsync(answers[^1].AccessToken));
            tokens = answers[0];
        }
        Assert.Equal(0, await server.LookAsync(db => db.Revocations.CountAsync()));
    }

    private static async Task RaceAsync(AuthServer server, Agent[] nodes, int rounds)
    {
        var (alice, mail) = (server.Browser(), Agent.MailServer(server));
        for (var round = 0; round < rounds; round++)
        {
            var tokens = await nodes[0].TokensFromAsync(alice);

            var answers = await Asking.AtOnceAsync(Racers, i => nodes[i % nodes.Length].RefreshAsync(tokens.RefreshToken));

            var winner = Assert.Single(answers, a => a.IsGood);
            Assert.All(answers.Where(a => a != winner), a => Assert.Equal("invalid_grant", a.Error));
            Assert.Equal("invalid_grant", (await nodes[0].RefreshAsync(winner.RefreshToken)).Error);
            await server.HearsAsync(); // the replay may have come to the other node
            Assert.False(await mail.SeesAsync(tokens.AccessToken));
            Assert.False(await mail.SeesAsync(winner.AccessToken));
        }
        var replays = await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "grant.replay"));
        Assert.Equal(rounds, replays); // fifty alarms for one theft would hide the next
    }

    private static Task<int> LiveAsync(AuthServer server) => server.LookAsync(
        db => db.Tokens.CountAsync(t => t.Status == "valid" && t.Type == "urn:ietf:params:oauth:token-type:refresh_token"));
}

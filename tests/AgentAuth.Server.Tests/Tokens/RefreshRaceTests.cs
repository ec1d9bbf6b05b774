using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>Fifty refreshes with one token at the same moment: never two live families.</summary>
public sealed class RefreshRaceTests
{
    private const int Rounds = 100;
    private const int Racers = 50;
    private const int RoundsOnTwoNodes = 10;

    [Fact]
    [Spec("RFC 9700", "4.14.2")]
    [Spec("AA-T047")]
    public async Task Of_fifty_who_refresh_at_once_one_wins_at_most_and_the_family_is_dead()
    {
        await using var server = await AuthServer.StartAsync();

        await RaceAsync(server, [Agent.Web(server)], Rounds);
    }

    [Fact]
    [Spec("AA-T047")]
    public async Task Two_nodes_together_let_one_win_at_most()
    {
        await using var server = await AuthServer.StartAsync();
        await using var another = server.Another();

        await RaceAsync(server, [Agent.Web(server), Agent.Web(another)], RoundsOnTwoNodes);
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
}

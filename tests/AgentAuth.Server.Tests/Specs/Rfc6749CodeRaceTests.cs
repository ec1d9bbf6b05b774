using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>Many who hold the same code at the same moment: one wins, and because the others came, nothing of it lives on.</summary>
public sealed class Rfc6749CodeRaceTests
{
    private const int Rounds = 100;
    private const int Racers = 50;
    private const int RoundsOnTwoNodes = 10;

    [Fact]
    [Spec("RFC 6749", "4.1.2")]
    [Spec("AA-T033")]
    public async Task Of_fifty_who_redeem_a_code_at_once_exactly_one_wins_and_no_family_lives_on()
    {
        await using var server = await AuthServer.StartAsync();

        await RaceAsync(server, [Agent.Web(server)], Rounds);
    }

    [Fact]
    [Spec("AA-T033")]
    public async Task Two_nodes_together_let_exactly_one_win()
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
            var code = await nodes[0].CodeFromAsync(alice);

            var answers = await Asking.AtOnceAsync(
                Racers, i => nodes[i % nodes.Length].RedeemAsync(code, ("code_verifier", nodes[0].Verifier)));

            var winner = Assert.Single(answers, a => a.IsGood);
            Assert.All(answers.Where(a => a != winner), a => Assert.Equal("invalid_grant", a.Error));
            await server.HearsAsync(); // the replay may have come to the other node
            Assert.False(await mail.SeesAsync(winner.AccessToken));
            Assert.Equal("invalid_grant", (await nodes[0].RefreshAsync(winner.RefreshToken)).Error);
        }
    }
}

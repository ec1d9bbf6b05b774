using System.Net;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>What the server acknowledged, and therefore must never take back. A fact counts once its answer was read.</summary>
internal sealed class Journal(Agent agent)
{
    private readonly List<(Ask Ask, string Code)> _usedCodes = [];
    private readonly List<string> _replaced = [];
    private readonly List<TokenReply> _removed = [];

    public string Summary => $"{_usedCodes.Count} used codes, {_replaced.Count} replaced refresh tokens, {_removed.Count} removed grants";

    public void CodeUsed(Ask ask, string code) => _usedCodes.Add((ask, code));

    public void Replaced(string refreshToken) => _replaced.Add(refreshToken);

    public void Removed(TokenReply tokens) => _removed.Add(tokens);

    /// <summary>Removals hold; looking at them changes nothing, so that it can be done after every restart.</summary>
    public async Task RemovalsHoldAsync()
    {
        foreach (var tokens in _removed)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await new Mailbox(agent.Resource, tokens.AccessToken).TryAsync("list_messages"));
            IsRefused(await agent.RefreshAsync(tokens.RefreshToken));
        }
    }

    /// <summary>Nothing used or replaced works again. To try it may end a family: for the end of a test.</summary>
    public async Task EverythingHoldsAsync()
    {
        await RemovalsHoldAsync();
        foreach (var token in _replaced)
        {
            IsRefused(await agent.RefreshAsync(token));
        }

        foreach (var (ask, code) in _usedCodes)
        {
            IsRefused(await agent.RedeemAsync(ask, code));
        }
    }

    private static void IsRefused(TokenReply reply) => Assert.Equal((400, "invalid_grant"), (reply.Status, reply.Error));
}

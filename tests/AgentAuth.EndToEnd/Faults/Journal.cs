using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>What the server acknowledged, and therefore must never take back. A fact counts once its answer was read.</summary>
internal sealed class Journal(Agent agent)
{
    /// <summary>Long enough to hear of the last removals where the event stream was down as well.</summary>
    private static readonly TimeSpan Heard = TimeSpan.FromSeconds(5);

    private readonly List<(Ask Ask, string Code)> _usedCodes = [];
    private readonly List<string> _replaced = [];
    private readonly List<TokenReply> _removed = [];

    public string Summary => $"{_usedCodes.Count} used codes, {_replaced.Count} replaced refresh tokens, {_removed.Count} removed grants";

    public int Facts => _usedCodes.Count + _replaced.Count + _removed.Count;

    public void CodeUsed(Ask ask, string code) => _usedCodes.Add((ask, code));

    public void Replaced(string refreshToken) => _replaced.Add(refreshToken);

    public void Removed(TokenReply tokens) => _removed.Add(tokens);

    /// <summary>Removals hold (I1); looking at them changes nothing, so that it can be done after every restart.</summary>
    public Task RemovalsHoldAsync() => RemovalsHoldAsync(_removed.Count);

    /// <summary>The last so many of them.</summary>
    public async Task RemovalsHoldAsync(int last)
    {
        foreach (var tokens in _removed.TakeLast(last))
        {
            await new Mailbox(agent.Resource, tokens.AccessToken).IsRefusedAsync(within: Heard);
            Assert.False(await agent.IsActiveAsync(tokens.AccessToken), "A removed grant's access token is active again.");
            IsRefused(await agent.RefreshAsync(tokens.RefreshToken), "a removed grant's refresh token");
        }
    }

    /// <summary>Nothing used (I2) or replaced (I3) works again. To try it may end a family: for the end of a test.</summary>
    public async Task EverythingHoldsAsync()
    {
        await RemovalsHoldAsync();
        foreach (var token in _replaced)
        {
            var reply = await agent.RefreshAsync(token);
            if (reply.Status == 200) // a moment ago: it gives its one successor again, and never a second
            {
                Assert.Equal(reply.RefreshToken, (await agent.RefreshAsync(token)).RefreshToken);
                continue;
            }

            IsRefused(reply, "a replaced refresh token");
        }

        foreach (var (ask, code) in _usedCodes)
        {
            IsRefused(await agent.RedeemAsync(ask, code), "a used code");
        }
    }

    private static void IsRefused(TokenReply reply, string what) =>
        Assert.True((reply.Status, reply.Error) == (400, "invalid_grant"), $"To {what} the answer was {reply.Status} {reply.Body}");
}

using System.Security.Cryptography;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>
/// One person's agent that connects, refreshes and gives back, again and again, and notes in its journal what it was told. A request that
/// got no answer, or a 503, may have happened or not (I7): what came of it is found out before anything else, and either way it is a fact.
/// </summary>
internal sealed class Writer(Person person, Agent agent, string scope)
{
    private const int RevokesOneOf = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TokenReply? _tokens;
    private Func<Task>? _unsettled;

    public Journal Journal { get; } = new(agent);

    public int Acknowledged { get; private set; }

    public int Unanswered { get; private set; }

    /// <summary>Does the next thing.</summary>
    /// <exception cref="HttpRequestException">There was no answer, or a 503.</exception>
    public async Task StepAsync()
    {
        await SettleAsync();
        await (_tokens is null ? ConnectAsync()
            : RandomNumberGenerator.GetInt32(RevokesOneOf) == 0 ? RevokeAsync(_tokens)
            : RefreshAsync(_tokens));
    }

    public async Task SettleAsync()
    {
        if (_unsettled is { } settle)
        {
            await settle();
            _unsettled = null;
        }
    }

    /// <summary>A server with too much to do says so; it is asked again.</summary>
    private async Task<bool> IsSettledAsync()
    {
        try
        {
            await SettleAsync();
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>What it was given last works (I5), what it gave back does not (I1).</summary>
    public async Task HoldsAsync(int lastRemovals)
    {
        await Poll.UntilAsync(IsSettledAsync, Patience, () => "What came of an unanswered request cannot be found out: 503 and again 503.");
        if (_tokens is { } tokens)
        {
            Assert.True(await agent.IsActiveAsync(tokens.AccessToken), "An acknowledged access token is not active.");
        }

        await Journal.RemovalsHoldAsync(lastRemovals);
    }

    /// <summary>Everything it ever was told, tried; and it can always start again. Ends its grant.</summary>
    public async Task EverythingHoldsAsync()
    {
        await HoldsAsync(lastRemovals: 0);
        await Poll.UntilAsync(IsConnectedAsync, Patience, () => "It cannot start again: 503 and again 503.");
        var reply = await agent.RefreshAsync(_tokens!.RefreshToken);
        Assert.True(reply.Status == 200, $"The newest refresh token was refused: {reply.Status} {reply.Body}");
        Journal.Replaced(_tokens.RefreshToken);
        _tokens = null;
        await Journal.EverythingHoldsAsync();
    }

    /// <summary>Where all writers start again at once, one may be told to come back.</summary>
    private async Task<bool> IsConnectedAsync()
    {
        try
        {
            if (await IsSettledAsync() && _tokens is null)
            {
                await ConnectAsync();
            }

            return _tokens is not null;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task ConnectAsync()
    {
        var ask = agent.AskFor(scope);
        var code = ask.CodeFrom(await AllowAsync(ask));
        _tokens = await AskedAsync(() => agent.RedeemAsync(ask, code), () => ComesOfRedeemingAsync(ask, code));
        Assert.True(_tokens.Status == 200, $"A fresh code was refused: {_tokens.Status} {_tokens.Body}");
        Journal.CodeUsed(ask, code);
    }

    private async Task<Uri> AllowAsync(Ask ask)
    {
        try
        {
            return await person.AllowAsync(ask.Url);
        }
        catch (Xunit.Sdk.XunitException page) when (person.Browser.Status == 503)
        {
            Unanswered++;
            throw new HttpRequestException("A page was answered 503.", page);
        }
    }

    private async Task RefreshAsync(TokenReply tokens)
    {
        _tokens = null;
        var reply = await AskedAsync(() => agent.RefreshAsync(tokens.RefreshToken), () => ComesOfRefreshingAsync(tokens));
        Assert.True(reply.Status == 200, $"A live refresh token was refused: {reply.Status} {reply.Body}");
        Journal.Replaced(tokens.RefreshToken);
        _tokens = reply;
    }

    private async Task RevokeAsync(TokenReply tokens)
    {
        _tokens = null;
        _unsettled = async () =>
        {
            var status = await agent.RevokeAsync(tokens.RefreshToken);
            Fail503(status);
            Assert.Equal(200, status);
            Journal.Removed(tokens);
        };
        await SettleAsync();
        Acknowledged++;
    }

    /// <summary>Sends; when no answer comes it is left to be settled.</summary>
    private async Task<TokenReply> AskedAsync(Func<Task<TokenReply>> ask, Func<Task> settle)
    {
        _unsettled = settle;
        var reply = await ask();
        Fail503(reply.Status);
        _unsettled = null;
        Acknowledged++;
        return reply;
    }

    private void Fail503(int status)
    {
        if (status == 503)
        {
            Unanswered++;
            throw new HttpRequestException("The answer was 503.");
        }
    }

    private async Task ComesOfRedeemingAsync(Ask ask, string code)
    {
        var reply = await agent.RedeemAsync(ask, code);
        Fail503(reply.Status);
        Journal.CodeUsed(ask, code);
        _tokens = Outcome(reply);
    }

    private async Task ComesOfRefreshingAsync(TokenReply tokens)
    {
        var reply = await agent.RefreshAsync(tokens.RefreshToken);
        Fail503(reply.Status);
        Journal.Replaced(tokens.RefreshToken);
        _tokens = Outcome(reply);
        if (_tokens is null)
        {
            Journal.Removed(tokens); // it had happened, and half a minute ago: this was a replay, which ends the grant
        }
    }

    private static TokenReply? Outcome(TokenReply reply)
    {
        Assert.True(reply.Status == 200 || reply.Error == "invalid_grant", $"It was neither done nor refused: {reply.Status} {reply.Body}");
        return reply.Status == 200 ? reply : null;
    }
}

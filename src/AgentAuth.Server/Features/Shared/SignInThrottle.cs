using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;

namespace AgentAuth.Server.Features.Shared;

/// <summary>
/// Slows down who guesses: per address and account, per account, and per address. Every wait is bounded by a minute and nobody is ever
/// locked out, because a lock would be a weapon against the account's owner. The answer is the same whether the account exists. What
/// failed here the other nodes hear of, so that more nodes are not more tries.
/// </summary>
internal sealed class SignInThrottle(FailureBooks books, bool isOn)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestAccountWait = TimeSpan.FromSeconds(4); // an owner elsewhere waits with the attacker

    private const int FreeFailures = 5;
    private const int FreeAccountFailures = 20;
    private const int FailuresPerWindow = 60;

    private readonly FailureBook _pairs = books[FailureKind.SignInPair];
    private readonly FailureBook _accounts = books[FailureKind.SignInAccount];
    private readonly FailureBook _networks = books[FailureKind.SignInNetwork];
    private readonly Lock _turn = new();

    /// <summary>
    /// Counts the attempt as failed before the password is looked at, so that attempts side by side do not slip through together;
    /// <see cref="Succeeded"/> takes it back. Returns how long to wait, or null to go on.
    /// </summary>
    public TimeSpan? Begin(IPAddress? address, string account)
    {
        if (!isOn)
        {
            return null;
        }
        var (pair, everywhere, network) = KeysOf(address, account);
        lock (_turn)
        {
            var wait = new[]
            {
                _pairs.Of(pair).WaitAfter(FreeFailures, LongestWait, _pairs.Now),
                _accounts.Of(everywhere).WaitAfter(FreeAccountFailures, LongestAccountWait, _accounts.Now),
                _networks.Of(network).WaitFor(FailuresPerWindow, FailureBooks.Window, _networks.Now),
            }.Max();
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }
            _pairs.Count(pair);
            _accounts.Count(everywhere);
            _networks.Count(network);
            return null;
        }
    }

    /// <summary>It failed indeed: the other nodes count it too.</summary>
    public void Failed(IPAddress? address, string account)
    {
        if (!isOn)
        {
            return;
        }
        var (pair, everywhere, network) = KeysOf(address, account);
        books.Tell(FailureKind.SignInPair, pair);
        books.Tell(FailureKind.SignInAccount, everywhere);
        books.Tell(FailureKind.SignInNetwork, network);
    }

    public void Succeeded(IPAddress? address, string account)
    {
        if (!isOn)
        {
            return;
        }
        var (pair, everywhere, network) = KeysOf(address, account);
        lock (_turn)
        {
            if (_pairs.Of(pair).Times > 1) // more than this one: it failed before, and other nodes know
            {
                books.TellForgiven(FailureKind.SignInPair, pair);
            }
            _pairs.Forget(pair);
            _accounts.TakeBack(everywhere);
            _networks.TakeBack(network);
        }
    }

    private static (string Pair, string Account, string Address) KeysOf(IPAddress? address, string account)
    {
        var network = CallerNetwork.Of(address);
        var name = UnicodeText.Normal(account.Trim()).ToUpperInvariant(); // as accounts are looked up: several spellings find one
        return (FailureBooks.KeyOf($"{network} {name}"), FailureBooks.KeyOf($"* {name}"), FailureBooks.KeyOf(network));
    }
}

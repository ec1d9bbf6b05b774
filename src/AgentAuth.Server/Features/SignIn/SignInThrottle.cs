using System.Net;
using AgentAuth.Server.Features.Shared;

namespace AgentAuth.Server.Features.SignIn;

/// <summary>
/// Slows down who guesses: per address and account, per account, and per address. Every wait is bounded by a minute and nobody is ever
/// locked out, because a lock would be a weapon against the account's owner. The answer is the same whether the account exists.
/// </summary>
internal sealed class SignInThrottle(TimeProvider clock, bool isOn)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestAccountWait = TimeSpan.FromSeconds(4); // an owner elsewhere waits with the attacker
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private const int FreeFailures = 5;
    private const int FreeAccountFailures = 20;
    private const int FailuresPerWindow = 60;

    private readonly FailureBook _book = new(clock);

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
        lock (_book)
        {
            var (pair, everywhere, network) = KeysOf(address, account);
            var wait = new[]
            {
                _book.Of(pair).WaitAfter(FreeFailures, LongestWait, clock.GetUtcNow()),
                _book.Of(everywhere).WaitAfter(FreeAccountFailures, LongestAccountWait, clock.GetUtcNow()),
                _book.Of(network).WaitFor(FailuresPerWindow, Window, clock.GetUtcNow()),
            }.Max();
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }
            _book.Count(pair);
            _book.Count(everywhere);
            _book.Count(network, Window);
            return null;
        }
    }

    public void Succeeded(IPAddress? address, string account)
    {
        if (!isOn)
        {
            return;
        }
        lock (_book)
        {
            var (pair, everywhere, network) = KeysOf(address, account);
            _book.Forget(pair);
            _book.TakeBack(everywhere);
            _book.TakeBack(network);
        }
    }

    /// <summary>Whoever has one IPv6 address has the /64 around it.</summary>
    private static (string Pair, string Account, string Address) KeysOf(IPAddress? address, string account)
    {
        var bytes = (address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address ?? IPAddress.None).GetAddressBytes();
        var network = Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 8)));
        var name = UnicodeText.Normal(account.Trim()).ToUpperInvariant(); // as accounts are looked up: several spellings find one
        return ($"{network} {name}", $"* {name}", network);
    }
}

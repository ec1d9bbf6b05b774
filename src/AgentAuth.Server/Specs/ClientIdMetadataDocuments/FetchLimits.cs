using System.Net;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;

namespace AgentAuth.Server.Specs.ClientIdMetadataDocuments;

/// <summary>
/// How often this node asks others: nobody can make it knock at one host's door, or ask around without end, by inventing addresses; and
/// nobody alone can use up what a host may be asked. Not a setting: a server under load still must not be somebody's hammer.
/// </summary>
internal sealed class FetchLimits(TimeProvider clock)
{
    public const int PerHost = 20;
    public const int PerCaller = 30;
    public const int PerCallerAndHost = 6;
    public const int InAll = 300;

    /// <summary>Who mends a document or a server reads it again and again: two examinations of one host a minute.</summary>
    public const int PerDeveloperAndHost = 20;

    /// <summary>By all developers together, and in nobody else's places.</summary>
    public const int PerHostForDevelopers = 40;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>A host that could not be reached is left in peace so long.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly FailureBook _asked = new(clock, Window);
    private readonly FailureBook _down = new(clock, Pause);
    private readonly Lock _turn = new();

    /// <summary>
    /// Takes one place for a fetch; false when there is none. Each port of this computer is a host of its own, as several agents under test
    /// are; elsewhere there is one port. What is known already has places of its own: nobody who invents addresses can keep us from
    /// noticing that a known document changed.
    /// </summary>
    public bool TryTake(Uri address, IPAddress? caller, bool isKnown)
    {
        var host = address.Authority;
        var network = CallerNetwork.Of(caller);
        (string Key, int Most)[] places = isKnown
            ? [($"again {host}", PerHost), ("again", InAll)]
            : [($"host {host}", PerHost), ($"from {network}", PerCaller), ($"from {network} to {host}", PerCallerAndHost), ("all", InAll)];
        return TryTake(host, places);
    }

    /// <summary>
    /// For what nobody waits for, and no caller answers for: its places are its own, so that neither keeps the other away, and a host that
    /// is asked much keeps away nobody else.
    /// </summary>
    public bool TryTakeUnhurried(Uri address) =>
        TryTake(address.Authority, ($"by and by {address.Authority}", PerCallerAndHost), ("by and by", InAll));

    private bool TryTake(string host, params (string Key, int Most)[] places)
    {
        lock (_turn)
        {
            if (_down.Of(host).Times > 0 || Array.Exists(places, p => IsFull(p.Key, p.Most)))
            {
                return false;
            }
            Array.ForEach(places, p => _asked.Count(p.Key));
            return true;
        }
    }

    /// <summary>A place for something a signed-in developer has read in the portal; null when it was taken.</summary>
    public FetchRest? TakeFor(Uri address, Guid developer)
    {
        var host = address.Authority;
        (string Key, int Most)[] places =
        [
            ($"portal {host}", PerHostForDevelopers), ($"portal {developer:N} to {host}", PerDeveloperAndHost), ("portal", InAll),
        ];
        lock (_turn)
        {
            if (_down.Of(host) is { Times: > 0 } down)
            {
                return new(down.Last + Pause - _down.Now, IsDown: true);
            }
            var wait = places.Max(p => _asked.Of(p.Key).WaitFor(p.Most, Window, _asked.Now));
            if (wait > TimeSpan.Zero)
            {
                return new(wait, IsDown: false);
            }
            Array.ForEach(places, p => _asked.Count(p.Key));
            return null;
        }
    }

    /// <summary>It could not be had a moment ago.</summary>
    public bool IsResting(Uri address)
    {
        lock (_turn)
        {
            return _down.Of(address.Authority).Times > 0 || _down.Of(address.AbsoluteUri).Times > 0;
        }
    }

    /// <summary>Whom nobody reached is left in peace; where a host was there and let us wait, only what was asked for is.</summary>
    public void Heed(Uri address, WebAnswer answer)
    {
        if (answer.IsUnreachable)
        {
            IsDown(address);
        }
        else if (answer.IsCutShort)
        {
            IsOut(address);
        }
    }

    /// <summary>This one is out of order; what else is on its host may be well.</summary>
    public void IsOut(Uri address)
    {
        lock (_turn)
        {
            _down.Count(address.AbsoluteUri);
        }
    }

    public void IsDown(Uri address)
    {
        lock (_turn)
        {
            _down.Count(address.Authority);
        }
    }

    private bool IsFull(string key, int most) => _asked.Of(key).WaitFor(most, Window, _asked.Now) > TimeSpan.Zero;
}

using System.Net;
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

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>A host that could not be reached is left in peace so long.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly FailureBook _asked = new(clock, Window);
    private readonly FailureBook _down = new(clock, Pause);
    private readonly Lock _turn = new();

    /// <summary>
    /// Takes one place for a fetch; false when there is none. Each port of this computer is a host of its own, as several agents under test
    /// are; elsewhere there is one port.
    /// </summary>
    public bool TryTake(Uri address, IPAddress? caller)
    {
        var host = address.Authority;
        var network = CallerNetwork.Of(caller);
        (string Key, int Most)[] places =
            [($"host {host}", PerHost), ($"from {network}", PerCaller), ($"from {network} to {host}", PerCallerAndHost), ("all", InAll)];
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

    public void IsDown(Uri address)
    {
        lock (_turn)
        {
            _down.Count(address.Authority);
        }
    }

    private bool IsFull(string key, int most) => _asked.Of(key).WaitFor(most, Window, _asked.Now) > TimeSpan.Zero;
}

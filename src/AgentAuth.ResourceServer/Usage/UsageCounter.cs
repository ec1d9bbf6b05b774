using System.Net;
using System.Runtime.InteropServices;

namespace AgentAuth.ResourceServer.Usage;

/// <summary>
/// Counts what agents call at one resource, for the person's page. A count is one look into a table in memory and never waits; calls that
/// are alike are one entry, and there are only so many entries.
/// </summary>
internal sealed class UsageCounter(TimeProvider clock, bool isOn)
{
    public const int Most = 5_000;

    /// <summary>
    /// Of one grant. Beyond them its calls count without their address: nobody drives out others by coming from ever new ones.
    /// </summary>
    public const int MostOfOne = 100;

    private readonly Lock _turn = new();
    private Dictionary<UsageKey, UsageCount> _counts = [];
    private Dictionary<string, int> _ofOne = new(StringComparer.Ordinal);
    private int _dropped;

    public bool IsOn => isOn;

    /// <summary>
    /// A call that was let in. Without a grant it is a client's own, and no person has a page about it. No scope: it needed none. A tool is
    /// one there is: what the agent named, but nobody declared, is not passed on.
    /// </summary>
    public void Called(string? grantId, string? scope, string? tool, IPAddress? address) =>
        Count(grantId, new(grantId ?? "", scope, tool, Error: null, address));

    /// <summary>A call that was not, with the reason in a word: <c>insufficient_scope</c>.</summary>
    public void Refused(string? grantId, string? scope, string? tool, string error, IPAddress? address) =>
        Count(grantId, new(grantId ?? "", scope, tool, error, address));

    /// <summary>Everything counted so far, and how many calls found no place.</summary>
    public (Dictionary<UsageKey, UsageCount> Counts, int Dropped) Take()
    {
        lock (_turn)
        {
            var taken = (_counts, _dropped);
            (_counts, _ofOne, _dropped) = ([], new(StringComparer.Ordinal), 0);
            return taken;
        }
    }

    private void Count(string? grantId, UsageKey key)
    {
        if (!isOn || grantId is null)
        {
            return;
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        lock (_turn)
        {
            if (!_counts.ContainsKey(key) && _ofOne.GetValueOrDefault(grantId) >= MostOfOne)
            {
                key = key with { Address = null };
            }

            if (_counts.Count >= Most && !_counts.ContainsKey(key))
            {
                _dropped++;
                return;
            }

            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out var isKnown);
            count = new(count.Times + 1, now);
            if (!isKnown)
            {
                _ofOne[grantId] = _ofOne.GetValueOrDefault(grantId) + 1;
            }
        }
    }
}

/// <summary>What makes calls alike.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UsageKey(string GrantId, string? Scope, string? Tool, string? Error, IPAddress? Address);

/// <summary>How many, and when the last was, in seconds since 1970.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UsageCount(int Times, long Last);

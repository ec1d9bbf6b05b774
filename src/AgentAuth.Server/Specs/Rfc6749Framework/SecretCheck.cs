using System.Collections.Concurrent;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>
/// Checks secrets and remembers which were used since it was last asked, for a chore to write down: a request never waits for that, and
/// one secret costs one statement a minute however often it is used.
/// </summary>
internal sealed class SecretCheck(TimeProvider clock)
{
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _used = new();

    public SecretProof Prove(string? kept, IReadOnlyList<Secret> dated, string secret)
    {
        var now = clock.GetUtcNow();
        var proof = ClientSecret.Prove(kept, dated, secret, now);
        if (proof is { IsGood: true, Dated.Id: var id } && !_used.ContainsKey(id)) // mostly it is there, and reading takes no lock
        {
            _used.TryAdd(id, now);
        }
        return proof;
    }

    /// <summary>Which were used and when first; from now on it counts anew.</summary>
    public IReadOnlyList<(Guid Secret, DateTimeOffset At)> TakeUsed()
    {
        var taken = new List<(Guid, DateTimeOffset)>();
        foreach (var id in _used.Keys)
        {
            if (_used.TryRemove(id, out var at))
            {
                taken.Add((id, at));
            }
        }
        return taken;
    }
}

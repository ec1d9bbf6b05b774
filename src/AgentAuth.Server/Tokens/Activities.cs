using System.Net;
using System.Runtime.InteropServices;
using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Notes what agents do, for the chore that writes it down within two seconds. Nothing waits here and nothing is asked of the database: a
/// note is one look into a table in memory. What a crash takes away are the last seconds; docs/decisions/0025.
/// </summary>
internal sealed class Activities
{
    /// <summary>Lines that wait to be written; what is new beyond them is dropped and counted.</summary>
    public const int MaxWaiting = 10_000;

    private readonly TimeProvider _clock;
    private readonly Lock _turn = new();
    private Dictionary<ActivityKey, Tally> _waiting = [];

    public Activities(TimeProvider clock)
    {
        _clock = clock;
        Telemetry.WatchActivities(() => Waiting);
    }

    /// <summary>Read without a lock: for a gauge.</summary>
    public int Waiting => Volatile.Read(ref _waiting).Count;

    /// <param name="grantId">Whose agent's.</param>
    /// <param name="accountId">The person it acts for.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="what">A scope, a rule, a tool, from our own lists; never what the agent sent.</param>
    /// <param name="address">Where it called from.</param>
    public void Note(Guid grantId, Guid accountId, ActivityKind kind, string? what = null, IPAddress? address = null)
    {
        var now = _clock.GetUtcNow();
        Add(ActivityKey.Of(grantId, kind, what, address, now), new(accountId, now, now, 1));
    }

    /// <summary>Everything that waits. Whoever takes it writes it, or gives it back.</summary>
    public List<ActivityLine> Take()
    {
        Dictionary<ActivityKey, Tally> taken;
        lock (_turn)
        {
            if (_waiting.Count == 0)
            {
                return [];
            }
            taken = _waiting;
            _waiting = [];
        }
        return [.. taken.Select(t => new ActivityLine(t.Key, t.Value.AccountId, t.Value.At, t.Value.LastAt, t.Value.Count))];
    }

    /// <summary>What could not be written waits again, as far as there is room.</summary>
    public void GiveBack(IEnumerable<ActivityLine> lines)
    {
        foreach (var line in lines)
        {
            Add(line.Key, new(line.AccountId, line.At, line.LastAt, line.Count));
        }
    }

    private void Add(in ActivityKey key, in Tally more)
    {
        lock (_turn)
        {
            if (_waiting.Count < MaxWaiting)
            {
                ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(_waiting, key, out var isThere);
                tally = isThere ? tally.With(more) : more;
                return;
            }
            ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_waiting, key);
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref known))
            {
                known = known.With(more);
                return;
            }
        }
        Telemetry.ActivitiesNotKept("full", 1);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Tally(Guid AccountId, DateTimeOffset At, DateTimeOffset LastAt, int Count)
    {
        public Tally With(in Tally more) => this with
        {
            At = more.At < At ? more.At : At,
            LastAt = more.LastAt > LastAt ? more.LastAt : LastAt,
            Count = Count > int.MaxValue - more.Count ? int.MaxValue : Count + more.Count,
        };
    }
}

using System.Runtime.InteropServices;

namespace AgentAuth.Server.Specs.Rfc9700SecurityBcp;

/// <summary>
/// Failed tries, by key, of the last quarter of an hour; it never holds more than <see cref="MaxEntries"/>. Counted by a clock that only
/// goes on: setting the computer's clock neither frees who guesses nor shuts out anybody. Given a window, a key is counted anew when the
/// first of its failures is older than that.
/// </summary>
internal sealed class FailureBook(TimeProvider clock, TimeSpan? window = null)
{
    public const int MaxEntries = 50_000;

    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _memory = window ?? Memory;
    private readonly long _opened = clock.GetTimestamp();
    private readonly Dictionary<string, Failures> _entries = new(StringComparer.Ordinal);
    private readonly Lock _turn = new();
    private TimeSpan _swept;

    /// <summary>Since the book was opened.</summary>
    public TimeSpan Now => clock.GetElapsedTime(_opened);

    /// <summary>Read without a lock: who sees a failure too late had one more try.</summary>
    public bool IsEmpty => _entries.Count == 0;

    public Failures Of(string key)
    {
        lock (_turn)
        {
            SweepNowAndThen();
            return Read(key, Now);
        }
    }

    /// <param name="key">What is counted.</param>
    /// <param name="times">How many there were.</param>
    /// <param name="age">How long ago: another node's are heard of later.</param>
    public void Count(string key, int times = 1, TimeSpan age = default)
    {
        lock (_turn)
        {
            var at = Now - age;
            var before = Read(key, at);
            MakeRoom();
            _entries[key] = before.Times == 0 || at - before.First >= (window ?? TimeSpan.MaxValue)
                ? new(times, at, at)
                : before with { Times = before.Times + times, Last = at > before.Last ? at : before.Last };
        }
    }

    public void TakeBack(string key)
    {
        lock (_turn)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                _entries[key] = entry with { Times = Math.Max(0, entry.Times - 1) };
            }
        }
    }

    public void Forget(string key)
    {
        lock (_turn)
        {
            _entries.Remove(key);
        }
    }

    private Failures Read(string key, TimeSpan at) =>
        _entries.TryGetValue(key, out var entry) && at - entry.Last < _memory ? entry : default;

    /// <summary>So that after a quiet while the book is empty, and nothing is asked of it.</summary>
    private void SweepNowAndThen()
    {
        var now = Now;
        if (now - _swept < Sweep)
        {
            return;
        }
        _swept = now;
        foreach (var key in _entries.Where(e => now - e.Value.Last >= _memory).Select(e => e.Key).ToList())
        {
            _entries.Remove(key);
        }
    }

    /// <summary>The oldest tenth goes, so that filling the book is not a way to be forgotten at once.</summary>
    private void MakeRoom()
    {
        if (_entries.Count < MaxEntries)
        {
            return;
        }
        foreach (var key in _entries.OrderBy(e => e.Value.Last).Take(MaxEntries / 10).Select(e => e.Key).ToList())
        {
            _entries.Remove(key);
        }
    }
}

/// <summary>Instants are those of the book they stand in.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Failures(int Times, TimeSpan First, TimeSpan Last)
{
    /// <summary>One second after the free ones, then twice as long each time, up to the longest.</summary>
    public TimeSpan WaitAfter(int free, TimeSpan longest, TimeSpan now)
    {
        if (Times < free)
        {
            return TimeSpan.Zero;
        }
        var seconds = Math.Min(longest.TotalSeconds, Math.Pow(2, Math.Min(Times - free, 16)));
        return Last + TimeSpan.FromSeconds(seconds) - now;
    }

    /// <summary>So many in a window, then the rest of the window.</summary>
    public TimeSpan WaitFor(int most, TimeSpan window, TimeSpan now) => Times < most ? TimeSpan.Zero : First + window - now;
}

using System.Runtime.InteropServices;

namespace AgentAuth.Server.Features.SignIn;

/// <summary>Failed attempts, by key, of the last quarter of an hour; it never holds more than <see cref="MaxEntries"/>.</summary>
internal sealed class FailureBook(TimeProvider clock)
{
    public const int MaxEntries = 50_000;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, Failures> _entries = new(StringComparer.Ordinal);

    public Failures Of(string key) =>
        _entries.TryGetValue(key, out var entry) && clock.GetUtcNow() - entry.Last < Memory ? entry : default;

    /// <summary>Given a window, it begins to count anew when the first of those counted is older than that.</summary>
    public void Count(string key, TimeSpan? window = null)
    {
        var now = clock.GetUtcNow();
        var before = Of(key);
        var isFirst = before.Times == 0 || now - before.First >= (window ?? TimeSpan.MaxValue);
        MakeRoom();
        _entries[key] = isFirst ? new(1, now, now) : before with { Times = before.Times + 1, Last = now };
    }

    public void TakeBack(string key)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            _entries[key] = entry with { Times = Math.Max(0, entry.Times - 1) };
        }
    }

    public void Forget(string key) => _entries.Remove(key);

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

[StructLayout(LayoutKind.Auto)]
internal readonly record struct Failures(int Times, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>One second after the free ones, then twice as long each time, up to the longest.</summary>
    public TimeSpan WaitAfter(int free, TimeSpan longest, DateTimeOffset now)
    {
        if (Times < free)
        {
            return TimeSpan.Zero;
        }
        var seconds = Math.Min(longest.TotalSeconds, Math.Pow(2, Math.Min(Times - free, 16)));
        return Last + TimeSpan.FromSeconds(seconds) - now;
    }

    /// <summary>So many in a window, then the rest of the window.</summary>
    public TimeSpan WaitFor(int most, TimeSpan window, DateTimeOffset now) => Times < most ? TimeSpan.Zero : First + window - now;
}

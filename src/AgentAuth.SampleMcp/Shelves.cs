using System.Collections.Concurrent;

namespace AgentAuth.SampleMcp;

/// <summary>A shelf per person, kept in memory while the demo runs. Bounded: beyond a thousand people it starts over.</summary>
internal sealed class Shelves<T>
{
    private const int Most = 1000;

    private readonly ConcurrentDictionary<string, Shelf<T>> _shelves = new(StringComparer.Ordinal);

    public Shelf<T> Of(string subject, IEnumerable<T> first)
    {
        if (_shelves.Count >= Most && !_shelves.ContainsKey(subject))
        {
            _shelves.Clear();
        }

        return _shelves.GetOrAdd(subject, _ => new Shelf<T>(first));
    }
}

namespace AgentAuth.SampleMcp;

/// <summary>One person's things, the oldest of which make room for new ones.</summary>
internal sealed class Shelf<T>(IEnumerable<T> first)
{
    private const int Most = 50;

    private readonly Lock _gate = new();
    private readonly List<T> _items = [.. first];
    private int _lastId = 100;

    public IReadOnlyList<T> All()
    {
        lock (_gate)
        {
            return [.. _items];
        }
    }

    public int Put(Func<int, T> make)
    {
        lock (_gate)
        {
            if (_items.Count >= Most)
            {
                _items.RemoveAt(0);
            }

            _items.Add(make(++_lastId));
            return _lastId;
        }
    }

    public bool Remove(Predicate<T> match)
    {
        lock (_gate)
        {
            return _items.RemoveAll(match) > 0;
        }
    }
}

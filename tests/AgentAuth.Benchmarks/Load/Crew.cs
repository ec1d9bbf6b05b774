using AgentAuth.Benchmarks.Contestants;

namespace AgentAuth.Benchmarks.Load;

/// <summary>The workers who load one contestant, and the people they know there: signed in once, kept for the whole run.</summary>
internal sealed class Crew(Contestant contestant, HttpClient http, int workers)
{
    private readonly Dictionary<int, Person> _people = [];

    public Contestant Contestant => contestant;

    public HttpClient Http => http;

    public IReadOnlyList<Client> Workers { get; } = [.. Enumerable.Range(0, workers).Select(_ => new Client(contestant, http))];

    public Person Person(int number)
    {
        lock (_people)
        {
            return _people.TryGetValue(number, out var there) ? there : _people[number] = new Person(contestant, http, number);
        }
    }

    /// <summary>Each worker does its share of so many things.</summary>
    public Task SharedAsync(int things, Func<Client, int, Task> one) => Task.WhenAll(Workers.Select(async (worker, i) =>
    {
        for (var thing = i; thing < things; thing += Workers.Count)
        {
            await one(worker, thing);
        }
    }));
}

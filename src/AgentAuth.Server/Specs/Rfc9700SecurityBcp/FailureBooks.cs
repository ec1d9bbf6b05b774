using System.Security.Cryptography;
using System.Text;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Specs.Rfc9700SecurityBcp;

/// <summary>
/// The failed tries this node knows, a book for each kind, and what it has yet to tell the others. Nothing here asks the database: a
/// request that succeeds costs no statement, and one that fails costs a place in the next message, however many fail with it.
/// </summary>
internal sealed class FailureBooks(TimeProvider clock, bool areShared)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Keys that wait to be told; who fails under more names than this at once is slowed down by its address.</summary>
    private const int MaxNews = 2_000;

    private readonly FailureBook[] _books = [new(clock), new(clock), new(clock, Window), new(clock, Window)];
    private readonly Dictionary<(FailureKind Kind, string Key), News> _news = [];
    private readonly Lock _turn = new();

    /// <summary>Whether nodes tell each other: on PostgreSQL. SQLite serves one process.</summary>
    public bool AreShared => areShared;

    public FailureBook this[FailureKind kind] => _books[(int)kind];

    public static string KeyOf(string what) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)), 0, 16);

    /// <summary>A try failed that stands in the book already.</summary>
    public void Tell(FailureKind kind, string key) => Add(kind, key, before => before with { Times = before.Times + 1 });

    /// <summary>What was told of this key does not count any more.</summary>
    public void TellForgiven(FailureKind kind, string key) => Add(kind, key, _ => new(0, IsForgiven: true));

    /// <summary>What another node told.</summary>
    public void Hear(FailedTry told, TimeSpan age)
    {
        var book = this[told.Kind];
        if (told.IsForgiven)
        {
            book.Forget(told.Key);
        }
        if (told.Times > 0)
        {
            book.Count(told.Key, told.Times, age);
        }
    }

    /// <summary>The news, passwords before secrets and the loudest first, at most so many; they are not told again.</summary>
    public List<FailedTry> TakeNews(Guid node, int most)
    {
        lock (_turn)
        {
            var taken = _news.OrderBy(n => n.Key.Kind).ThenByDescending(n => n.Value.Times).Take(most).ToList();
            taken.ForEach(n => _news.Remove(n.Key));
            return [.. taken.Select(n => new FailedTry
            {
                Node = node,
                Kind = n.Key.Kind,
                Key = n.Key.Key,
                Times = n.Value.Times,
                IsForgiven = n.Value.IsForgiven,
            })];
        }
    }

    private void Add(FailureKind kind, string key, Func<News, News> change)
    {
        if (!areShared)
        {
            return;
        }
        lock (_turn)
        {
            var isKnown = _news.TryGetValue((kind, key), out var before);
            if (isKnown || _news.Count < (kind == FailureKind.Secret ? MaxNews / 2 : MaxNews)) // names of clients cost nothing to make up
            {
                _news[(kind, key)] = change(before);
            }
        }
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
    private readonly record struct News(int Times, bool IsForgiven);
}

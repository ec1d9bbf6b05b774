using System.Collections.Concurrent;
using AgentAuth.ResourceServer.Rfc9068AccessTokens;

namespace AgentAuth.ResourceServer.Revocation;

/// <summary>Every grant, token and client that was revoked and could still show up, and when we last heard that this is all.</summary>
internal sealed class RevocationList(TimeProvider clock, TimeSpan grace)
{
    private const int Most = 100_000;
    private const long Never = long.MinValue;

    // We take tokens a little after their exp; an entry must outlive the token by more than that.
    private const int LongerSeconds = 60;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, long> _grants = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long Before, long ForgetAt)> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Word> _narrowed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Word> _limited = new(StringComparer.Ordinal);
    private long _heardAt = Never;

    // Only the stream writes. An upper bound, made exact by each sweep: asking the dictionaries takes all their locks, for each entry.
    private int _atMost;

    private long _sweptAt = clock.GetTimestamp();

    /// <summary>Whether the list may be believed when it does not hold a token.</summary>
    public bool IsCurrent => Interlocked.Read(ref _heardAt) is var heardAt && heardAt != Never && clock.GetElapsedTime(heardAt) <= grace;

    public bool Holds(AccessToken token) =>
        (token.GrantId is { } grantId && _grants.ContainsKey(grantId))
        || (token.TokenId is { } tokenId && _tokens.ContainsKey(tokenId))
        || (_clients.TryGetValue(token.ClientId, out var cut) && token.IssuedAt <= cut.Before);

    /// <summary>What this grant's tokens are good for at most; null when nobody said anything about that.</summary>
    public IReadOnlyList<string>? ScopesOf(AccessToken token) =>
        token.GrantId is { } grantId && _narrowed.TryGetValue(grantId, out var word) ? word.Left : null;

    /// <summary>What this grant's tokens are held to; null when they say it themselves.</summary>
    public IReadOnlyList<string>? LimitsOf(AccessToken token) =>
        token.GrantId is { } grantId && _limited.TryGetValue(grantId, out var word) ? word.Left : null;

    /// <summary>A snapshot names every grant that is narrowed or limited: what it does not name is so no more.</summary>
    public void KeepOnly(IReadOnlyCollection<RevocationEntry> named)
    {
        Keep(_narrowed, named.Where(entry => entry.Scopes is not null));
        Keep(_limited, named.Where(entry => entry.Limits is not null));
    }

    /// <summary>The stream has spoken: up to this moment we know everything.</summary>
    public void Heard()
    {
        Interlocked.Exchange(ref _heardAt, clock.GetTimestamp());
        if (clock.GetElapsedTime(_sweptAt) >= SweepEvery)
        {
            Sweep();
        }
    }

    /// <summary>We missed something. No grace: what we do not know may be a minute old already.</summary>
    public void Lost() => Interlocked.Exchange(ref _heardAt, Never);

    /// <summary>False when there is no room; the caller must then stop believing the list.</summary>
    public bool Add(RevocationEntry entry)
    {
        if (_atMost >= Most)
        {
            Sweep();
        }

        if (_atMost >= Most)
        {
            return false;
        }

        _atMost++;

        var forgetAt = entry.ForgetAt > long.MaxValue - LongerSeconds ? long.MaxValue : entry.ForgetAt + LongerSeconds;
        if (entry.GrantId is { } grantId)
        {
            AddGrant(grantId, entry, forgetAt);
        }

        if (entry.TokenId is { } tokenId)
        {
            _tokens.AddOrUpdate(tokenId, forgetAt, (_, known) => Math.Max(known, forgetAt));
        }

        if (entry is { ClientId: { } clientId, Before: >= 0 })
        {
            _clients.AddOrUpdate(
                clientId,
                (entry.Before, forgetAt),
                (_, known) => (Math.Max(known.Before, entry.Before), Math.Max(known.ForgetAt, forgetAt)));
        }

        return true;
    }

    private void AddGrant(string grantId, RevocationEntry entry, long forgetAt)
    {
        if (entry is { Scopes: null, Limits: null })
        {
            _grants.AddOrUpdate(grantId, forgetAt, (_, known) => Math.Max(known, forgetAt));
        }

        if (entry.Scopes is { } scopes)
        {
            _narrowed[grantId] = new(scopes, forgetAt); // the newest word counts
        }

        if (entry.Limits is { } limits)
        {
            _limited[grantId] = new(limits, forgetAt);
        }
    }

    private void Sweep()
    {
        _sweptAt = clock.GetTimestamp();
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        Forget(_grants, forgetAt => forgetAt < now);
        Forget(_tokens, forgetAt => forgetAt < now);
        Forget(_clients, cut => cut.ForgetAt < now);
        Forget(_narrowed, word => word.ForgetAt < now);
        Forget(_limited, word => word.ForgetAt < now);
        _atMost = _grants.Count + _tokens.Count + _clients.Count + _narrowed.Count + _limited.Count;
    }

    private static void Keep(ConcurrentDictionary<string, Word> words, IEnumerable<RevocationEntry> named)
    {
        var kept = named.Select(entry => entry.GrantId).ToHashSet(StringComparer.Ordinal);
        foreach (var grantId in words.Keys.Where(grantId => !kept.Contains(grantId)))
        {
            words.TryRemove(grantId, out _);
        }
    }

    private static void Forget<T>(ConcurrentDictionary<string, T> entries, Func<T, bool> isOver)
    {
        foreach (var entry in entries.Where(entry => isOver(entry.Value)))
        {
            entries.TryRemove(entry);
        }
    }

    private sealed record Word(IReadOnlyList<string> Left, long ForgetAt);
}

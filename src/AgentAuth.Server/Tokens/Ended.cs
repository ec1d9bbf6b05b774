using System.Collections.Concurrent;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// What died and may still be presented, in memory: the notices every resource server gets, held by the server itself, so that it can say
/// that a token lives without asking the database. <see cref="RevocationFeed"/> fills it.
/// </summary>
internal sealed class Ended
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _grants = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (DateTimeOffset Before, DateTimeOffset ForgetAt)> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, DateTimeOffset ForgetAt)> _narrowed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, DateTimeOffset ForgetAt)> _limited = new(StringComparer.Ordinal);

    /// <returns>False when a newer word on the same grant was heard before: then this one is of no use to anybody.</returns>
    public bool Note(Revocation notice)
    {
        switch (notice.Kind)
        {
            case RevocationKind.Grant:
                _grants[notice.Value] = notice.ForgetAt;
                break;
            case RevocationKind.Token:
                _tokens[notice.Value] = notice.ForgetAt;
                break;
            case RevocationKind.Client:
                var dead = (notice.At, notice.ForgetAt);
                _clients.AddOrUpdate(notice.Value, dead, (_, was) => was.Before > dead.At ? was : dead);
                break;
            case RevocationKind.Scopes or RevocationKind.Limits:
                var word = (notice.At, notice.ForgetAt);
                var words = notice.Kind == RevocationKind.Limits ? _limited : _narrowed;
                return words.AddOrUpdate(notice.Value, word, (_, was) => was.At > word.At ? was : word) == word;
            default:
                throw new ArgumentOutOfRangeException(nameof(notice));
        }
        return true;
    }

    /// <param name="grant">The token's <c>gid</c>; null for one that a client got in its own name.</param>
    /// <param name="token">Its <c>jti</c>.</param>
    /// <param name="client">Its <c>client_id</c>.</param>
    /// <param name="issued">Its <c>iat</c>: whole seconds, and one of the fatal second itself is dead.</param>
    public bool Has(string? grant, string token, string client, DateTimeOffset issued) =>
        (grant is not null && _grants.ContainsKey(grant)) || _tokens.ContainsKey(token)
        || (_clients.TryGetValue(client, out var dead) && dead.Before >= issued);

    /// <summary>
    /// Whether a token of it may say more than it is good for: while it was paused, reduced or limited, also when that is over.
    /// </summary>
    public bool IsNarrowed(string? grant) => grant is not null && (_narrowed.ContainsKey(grant) || _limited.ContainsKey(grant));

    public void Forget(DateTimeOffset now)
    {
        Forget(_grants, now);
        Forget(_tokens, now);
        foreach (var words in new[] { _narrowed, _limited })
        {
            foreach (var one in words.Where(n => n.Value.ForgetAt <= now))
            {
                words.TryRemove(one);
            }
        }
        foreach (var (client, dead) in _clients.Where(c => c.Value.ForgetAt <= now))
        {
            _clients.TryRemove(KeyValuePair.Create(client, dead));
        }
    }

    private static void Forget(ConcurrentDictionary<string, DateTimeOffset> those, DateTimeOffset now)
    {
        foreach (var one in those.Where(t => t.Value <= now))
        {
            those.TryRemove(one);
        }
    }
}

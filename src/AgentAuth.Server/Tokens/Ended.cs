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

    public void Note(Revocation notice)
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
            default:
                throw new ArgumentOutOfRangeException(nameof(notice));
        }
    }

    /// <param name="grant">The token's <c>gid</c>; null for one that a client got in its own name.</param>
    /// <param name="token">Its <c>jti</c>.</param>
    /// <param name="client">Its <c>client_id</c>.</param>
    /// <param name="issued">Its <c>iat</c>: whole seconds, and one of the fatal second itself is dead.</param>
    public bool Has(string? grant, string token, string client, DateTimeOffset issued) =>
        (grant is not null && _grants.ContainsKey(grant)) || _tokens.ContainsKey(token)
        || (_clients.TryGetValue(client, out var dead) && dead.Before >= issued);

    public void Forget(DateTimeOffset now)
    {
        Forget(_grants, now);
        Forget(_tokens, now);
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

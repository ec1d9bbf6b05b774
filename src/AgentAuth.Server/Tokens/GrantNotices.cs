using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// What resource servers are told of a grant that goes on: for which scopes its tokens are good, and within which limits
/// (docs/decisions/0026). Within the caller's transaction; the caller announces it.
/// </summary>
internal sealed class GrantNotices(AgentAuthDb db, Revoker revoker, TimeProvider clock)
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// A grant that was paused, reduced or limited is good for more again: what was told before is told anew. With the grant as it will be.
    /// </summary>
    public async Task WidenAsync(Grant grant, CancellationToken stop)
    {
        foreach (var kind in new[] { RevocationKind.Scopes, RevocationKind.Limits })
        {
            if (await LastAsync(kind, [grant], stop) is { Count: > 0 } last)
            {
                Tell(kind, grant, last);
            }
        }
    }

    /// <summary>Whether tokens that hold scopes which the grant does not say any more may be out there.</summary>
    public async Task<bool> WasNarrowedAsync(Grant grant, CancellationToken stop) =>
        (await LastAsync(RevocationKind.Scopes, [grant], stop)).Count > 0;

    /// <summary>Always later than the last word on the same grant, whatever the clocks of the nodes say: the newest counts.</summary>
    /// <param name="kind">About its scopes or its limits.</param>
    /// <param name="grant">With its resource, and that with its scopes.</param>
    /// <param name="last">When each grant was last told of.</param>
    public void Tell(RevocationKind kind, Grant grant, Dictionary<string, DateTimeOffset> last)
    {
        var (value, now) = (grant.Id.ToString("D"), clock.GetUtcNow());
        var at = last.TryGetValue(value, out var before) && before >= now ? before + Instant : now;
        var left = kind == RevocationKind.Limits ? GrantDetails.LimitsOf(grant, grant.Resource)
            : grant.PausedAt is null ? string.Join(' ', grant.AllowedScopes) : "";
        revoker.Add(Revoker.NoticeOf(kind, value, at, now, left));
    }

    public Task<Dictionary<string, DateTimeOffset>> LastAsync(RevocationKind kind, List<Grant> grants, CancellationToken stop)
    {
        var values = grants.ConvertAll(g => g.Id.ToString("D"));
        return db.Revocations.Where(r => r.Kind == kind && values.Contains(r.Value))
            .GroupBy(r => r.Value).Select(said => new { said.Key, At = said.Max(r => r.At) })
            .ToDictionaryAsync(said => said.Key, said => said.At, StringComparer.Ordinal, stop);
    }
}

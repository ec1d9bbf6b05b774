using AgentAuth.Server.Model;

namespace AgentAuth.Server.Tokens.Usage;

/// <summary>What a report comes to: calls for each permission, lines of the feed, and when each grant was last used.</summary>
internal sealed record UsageCounts(
    IReadOnlyList<ScopeUse> Scopes, IReadOnlyList<ActivityLine> Lines, IReadOnlyDictionary<Guid, DateTimeOffset> LastUsed)
{
    /// <summary>A report may have waited for a server that was away, but not for ever.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(2);

    /// <param name="uses">As reported.</param>
    /// <param name="owners">The grants of the resource among them, and whose they are; others do not count.</param>
    /// <param name="known">The resource's scopes.</param>
    /// <param name="now">No use is later: clocks differ.</param>
    public static UsageCounts Of(
        IEnumerable<Use> uses, IReadOnlyDictionary<Guid, Guid> owners, IReadOnlyCollection<string> known, DateTimeOffset now)
    {
        var counted = uses.Where(u => owners.ContainsKey(u.GrantId))
            .Select(u => (Use: u, Name: CallName.Of(u, known), At: Clamped(u.Last, now))).ToList();
        var calls = counted.Where(c => c.Use.Calls > 0).ToList();
        var scopes = calls.Where(c => c.Name.Scope is not null)
            .GroupBy(c => (c.Use.GrantId, Scope: c.Name.Scope!))
            .Select(g => new ScopeUse
            {
                GrantId = g.Key.GrantId,
                Scope = g.Key.Scope,
                Calls = g.Sum(c => (long)c.Use.Calls),
                LastUsedAt = g.Max(c => c.At),
            });
        var lines = calls.Select(c => (c.Use, c.At, Kind: ActivityKind.Called, What: c.Name.KeptAsCall, Times: c.Use.Calls))
            .Concat(counted.Where(c => c.Use.Refused > 0)
                .Select(c => (c.Use, c.At, Kind: ActivityKind.CallRefused, What: (string?)c.Name.KeptAsRefusal, Times: c.Use.Refused)))
            .GroupBy(l => ActivityKey.Of(l.Use.GrantId, l.Kind, l.What, l.Use.From, l.At))
            .Select(g => new ActivityLine(
                g.Key, owners[g.Key.GrantId], g.Min(l => l.At), g.Max(l => l.At), g.Sum(l => l.Times)));
        return new(
            [.. scopes], [.. lines], calls.GroupBy(c => c.Use.GrantId).ToDictionary(g => g.Key, g => g.Max(c => c.At)));
    }

    private static DateTimeOffset Clamped(long seconds, DateTimeOffset now)
    {
        var (oldest, latest) = ((now - Oldest).ToUnixTimeSeconds(), now.ToUnixTimeSeconds());
        return DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, oldest, latest));
    }
}

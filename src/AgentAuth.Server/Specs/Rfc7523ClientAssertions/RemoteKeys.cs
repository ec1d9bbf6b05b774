using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using AgentAuth.Server.Specs.Rfc7591Registration;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Specs.Rfc7523ClientAssertions;

/// <summary>
/// Key sets that clients publish, read through the guard and kept as documents are: as long as their host says, within bounds; the old ones
/// while it is down. A key that is not known yet is looked for once a minute at most.
/// </summary>
internal sealed class RemoteKeys(GuardedWeb web, FetchLimits limits, IOptions<DocumentOptions> options, TimeProvider clock)
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>Sets kept; when there are more, all are forgotten and those in use come back.</summary>
    private const int MaxSets = 500;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Copy> _copies = new(StringComparer.Ordinal);
    private readonly OnceAtATime<Copy?> _reading = new();

    /// <summary>Null when there is no set that can be used.</summary>
    public async Task<JsonElement?> FindAsync(string address, string? keyId, IPAddress? caller, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (_copies.TryGetValue(address, out var copy) && now < copy.FreshUntil
            && (Signatures.HasKey(copy.Set, keyId) || now - copy.ReadAt < LookAgain))
        {
            return copy.Set;
        }
        var read = await _reading.RunAsync(address, () => ReadAsync(address, caller)).WaitAsync(stop);
        return read?.Set ?? (copy?.ReadAt + Freshness.Stale > now ? copy?.Set : null);
    }

    private async Task<Copy?> ReadAsync(string address, IPAddress? caller)
    {
        var uri = new Uri(address);
        if (!options.Value.Admits(uri.Host) || !limits.TryTake(uri, caller))
        {
            return null;
        }
        var answer = await web.GetAsync(uri, MaxBytes, tag: null, CancellationToken.None);
        if (answer.IsUnreachable)
        {
            limits.IsDown(uri);
        }
        if (answer.Body is not { } body || !MetadataMembers.TryParse(body, out var document))
        {
            return null;
        }
        using (document)
        {
            if (ClientKeys.Problem(document.RootElement) is not null)
            {
                return null;
            }
            if (_copies.Count >= MaxSets)
            {
                _copies.Clear();
            }
            var now = clock.GetUtcNow();
            return _copies[address] = new(document.RootElement.Clone(), now, now + Freshness.Of(answer.Lifetime));
        }
    }

    private sealed record Copy(JsonElement Set, DateTimeOffset ReadAt, DateTimeOffset FreshUntil);
}

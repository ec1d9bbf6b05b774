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
/// while it is down, but not when it says that they are gone. A key that is not known yet is looked for once a minute at most.
/// </summary>
internal sealed class RemoteKeys(GuardedWeb web, FetchLimits limits, IOptions<DocumentOptions> options, TimeProvider clock)
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>Sets kept; when there are more, all are forgotten and those in use come back.</summary>
    private const int MaxSets = 500;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Copy> _copies = new(StringComparer.Ordinal);
    private readonly OnceAtATime<Reading> _reading = new();

    /// <summary>Null when there is no set that can be used.</summary>
    public async Task<JsonElement?> FindAsync(string address, string? keyId, IPAddress? caller, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (_copies.TryGetValue(address, out var copy) && now < copy.FreshUntil
            && (Signatures.HasKey(copy.Set, keyId) || now - copy.ReadAt < LookAgain))
        {
            return copy.Set;
        }
        var read = await _reading.RunAsync(address, () => ReadAsync(address, caller, isKnown: copy is not null)).WaitAsync(stop);
        return read.Copy?.Set ?? (copy?.ReadAt + read.OldServes > now ? copy?.Set : null);
    }

    private Task<Reading> ReadAsync(string address, IPAddress? caller, bool isKnown)
    {
        var uri = new Uri(address);
        if (!options.Value.Admits(uri.Host))
        {
            return Task.FromResult(Withdrawn(address));
        }
        if (limits.IsResting(uri))
        {
            return Task.FromResult(new Reading(null, Freshness.Stale));
        }
        if (!limits.TryTake(uri, caller, isKnown))
        {
            return Task.FromResult(new Reading(null, Freshness.Ceiling));
        }
        return AskAsync(uri, address, isKnown);
    }

    private async Task<Reading> AskAsync(Uri uri, string address, bool isKnown)
    {
        var answer = await web.GetAsync(uri, MaxBytes, tag: null, CancellationToken.None);
        limits.Heed(uri, answer);
        if (answer.IsOutage && isKnown)
        {
            limits.IsOut(uri);
        }
        if (answer.Body is not { } body)
        {
            return answer.IsOutage ? new(null, Freshness.Stale) : Withdrawn(address);
        }
        if (!MetadataMembers.TryParse(body, out var document))
        {
            return new(null, Freshness.Stale);
        }
        using (document)
        {
            if (ClientKeys.Problem(document.RootElement) is not null)
            {
                return Withdrawn(address);
            }
            if (_copies.Count >= MaxSets)
            {
                _copies.Clear();
            }
            var now = clock.GetUtcNow();
            using var kept = JsonDocument.Parse(ClientKeys.Kept(document.RootElement)); // whatever else is in it costs no memory here
            var copy = new Copy(kept.RootElement.Clone(), now, now + Freshness.Of(answer.Lifetime));
            _copies[address] = copy;
            return new(copy, OldServes: default);
        }
    }

    /// <summary>Their host says that these keys are no longer: an outage after it does not bring them back.</summary>
    private Reading Withdrawn(string address)
    {
        _copies.TryRemove(address, out _);
        return new(null, OldServes: default);
    }

    /// <param name="Copy">Null when there is no new one.</param>
    /// <param name="OldServes">How old one from before may be, to serve instead.</param>
    private sealed record Reading(Copy? Copy, TimeSpan OldServes);

    private sealed record Copy(JsonElement Set, DateTimeOffset ReadAt, DateTimeOffset FreshUntil);
}

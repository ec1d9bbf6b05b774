using System.Collections.Concurrent;
using System.Collections.Frozen;
using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Clients, resources and scopes as this node remembers them, for the short path only: what is found here is read, never changed and never
/// given to OpenIddict or EF. A change made here is felt at once, one made at another node as soon as <see cref="RevocationFeed"/> sees its
/// notice; when the feed has not heard from the database for <see cref="Staleness"/>, nothing is remembered any more.
/// </summary>
internal sealed class Catalog(IServiceScopeFactory scopes)
{
    /// <summary>How old what is remembered may be.</summary>
    public static readonly TimeSpan Staleness = TimeSpan.FromSeconds(1);

    /// <summary>Clients kept; when there are more, all are forgotten and those in use come back.</summary>
    private const int MaxClients = 10_000;

    private readonly ConcurrentDictionary<string, Client> _clients = new(StringComparer.Ordinal);
    private ResourceShelf? _resources;
    private long _heardAt = long.MinValue;
    private int _generation;

    /// <summary>Real time on purpose: it is about how long ago somebody else could have changed something.</summary>
    public bool IsFresh =>
        Volatile.Read(ref _heardAt) is var at and not long.MinValue && TimeProvider.System.GetElapsedTime(at) <= Staleness;

    /// <summary>Whether everything that was committed before an instant is known.</summary>
    public bool HasHeardSince(long timestamp) => Volatile.Read(ref _heardAt) >= timestamp;

    /// <summary>Everything that was committed before this instant is known.</summary>
    public void Heard(long timestamp) => Volatile.Write(ref _heardAt, timestamp);

    public void Forget()
    {
        Interlocked.Increment(ref _generation); // first: who is reading now must not put back what it read
        _clients.Clear();
        Volatile.Write(ref _resources, null);
    }

    public ValueTask<Client?> ClientAsync(string clientId, CancellationToken stop)
    {
        if (!_clients.TryGetValue(clientId, out var client))
        {
            Telemetry.CatalogMiss();
            return new(ReadClientAsync(clientId, stop));
        }
        Telemetry.CatalogHit();
        return new(client);
    }

    public ValueTask<ResourceShelf> ResourcesAsync(CancellationToken stop)
    {
        if (Volatile.Read(ref _resources) is not { } resources)
        {
            Telemetry.CatalogMiss();
            return new(ReadResourcesAsync(stop));
        }
        Telemetry.CatalogHit();
        return new(resources);
    }

    private async Task<Client?> ReadClientAsync(string clientId, CancellationToken stop)
    {
        if (clientId.Length > Client.MaxClientIdLength)
        {
            return null;
        }
        var generation = Volatile.Read(ref _generation);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var client = await db.Clients.AsNoTracking().Include(c => c.Secrets).FirstOrDefaultAsync(c => c.ClientId == clientId, stop);
        if (client is null || client.ClientId != clientId)
        {
            return null; // who does not exist is not remembered: anybody could fill the memory with names
        }
        if (_clients.Count >= MaxClients)
        {
            _clients.Clear();
        }
        _clients[clientId] = client;
        if (generation != Volatile.Read(ref _generation))
        {
            _clients.TryRemove(clientId, out _);
        }
        return client;
    }

    private async Task<ResourceShelf> ReadResourcesAsync(CancellationToken stop)
    {
        var generation = Volatile.Read(ref _generation);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var shelf = new ResourceShelf(await db.Resources.AsNoTracking().Include(r => r.Scopes).ToListAsync(stop));
        Volatile.Write(ref _resources, shelf);
        if (generation != Volatile.Read(ref _generation))
        {
            Volatile.Write(ref _resources, null);
        }
        return shelf;
    }

    /// <summary>All resources there are: an administrator's list, never long.</summary>
    internal sealed class ResourceShelf(IReadOnlyList<Resource> all)
    {
        public IReadOnlyList<Resource> All => all;

        public FrozenDictionary<string, Resource> ByIdentifier { get; } = all.ToFrozenDictionary(r => r.Identifier, StringComparer.Ordinal);

        public FrozenDictionary<Guid, Resource> ById { get; } = all.ToFrozenDictionary(r => r.Id);
    }
}

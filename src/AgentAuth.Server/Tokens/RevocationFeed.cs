using System.Collections.Concurrent;
using System.Threading.Channels;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Brings revocations to the event streams of this node: at once when this node wrote them, within <see cref="Interval"/> when another
/// did, within three of them when its clock was late or its transaction long. The database is the only channel between nodes; nothing is
/// asked of it while nobody listens.
/// </summary>
internal sealed partial class RevocationFeed(IServiceScopeFactory scopes, TimeProvider clock, ILogger<RevocationFeed> logger)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Each so manieth look is at everything that stands; those between at what is dated after <see cref="Recent"/> ago.</summary>
    private const int WholeLookEvery = 3;

    private const int BatchSize = 500;

    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Channel<Revocation>, byte> _listeners = new();
    private readonly SemaphoreSlim _awake = new(0, 1);
    private readonly HashSet<Guid> _seen = [];
    private int _looks;

    public void Wake()
    {
        if (_awake.CurrentCount == 0)
        {
            try
            {
                _awake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else woke it in between.
            }
        }
    }

    /// <summary>First listen, then read what stands: whatever is written in between comes twice rather than never.</summary>
    public Channel<Revocation> Listen()
    {
        var channel = Channel.CreateUnbounded<Revocation>(new UnboundedChannelOptions { SingleReader = true });
        _listeners[channel] = 0;
        return channel;
    }

    public void Leave(Channel<Revocation> channel) => _listeners.TryRemove(channel, out _);

    public async Task<List<Revocation>> StandingAsync(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var now = clock.GetUtcNow();
        return await db.Revocations.AsNoTracking().Where(r => r.ForgetAt > now).ToListAsync(stop);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Real time on purpose: this paces a look at the database, it decides nothing.
            await _awake.WaitAsync(Interval, stoppingToken);
            if (_listeners.IsEmpty)
            {
                continue;
            }
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or InvalidOperationException or TimeoutException)
            {
                LookFailed(logger, failure.GetType().Name);
            }
        }
    }

    /// <summary>
    /// What is new is found by identifier among what is dated lately, and regularly among all that stands: a row's date is from before its
    /// transaction was committed, which may take long, and from a clock that may be another node's.
    /// </summary>
    private async Task LookAsync(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var now = clock.GetUtcNow();
        var isWhole = _looks++ % WholeLookEvery == 0;
        var since = now - Recent;
        var which = isWhole ? db.Revocations.Where(r => r.ForgetAt > now) : db.Revocations.Where(r => r.At >= since);
        var standing = await which.Select(r => r.Id).ToListAsync(stop);
        foreach (var unseen in standing.Where(id => !_seen.Contains(id)).Chunk(BatchSize))
        {
            foreach (var revocation in await db.Revocations.AsNoTracking().Where(r => unseen.Contains(r.Id)).ToListAsync(stop))
            {
                Tell(revocation);
            }
        }
        if (isWhole)
        {
            _seen.IntersectWith(standing);
        }
    }

    private void Tell(Revocation revocation)
    {
        _seen.Add(revocation.Id);
        foreach (var listener in _listeners.Keys)
        {
            listener.Writer.TryWrite(revocation);
        }
    }

    public override void Dispose()
    {
        _awake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(3001, LogLevel.Warning, "The revocation feed could not read the database ({Failure}); resource servers are told late.")]
    private static partial void LookFailed(ILogger logger, string failure);
}

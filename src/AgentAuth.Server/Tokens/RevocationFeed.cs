using System.Collections.Concurrent;
using System.Threading.Channels;
using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Tokens.Keys;
using AgentAuth.Server.Tokens.Rows;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Brings revocations to this node's memory (<see cref="Ended"/>) and to its event streams: at once when this node wrote them, within
/// <see cref="Interval"/> when another did, within three of them when its clock was late or its transaction long. The database is the only
/// channel between nodes. That there is a key, or another catalog, is heard the same way.
/// </summary>
internal sealed partial class RevocationFeed(
    HotRows rows, Ended ended, Catalog catalog, KeyRing keys, TimeProvider clock, ILogger<RevocationFeed> logger) : BackgroundService
{
    /// <summary>
    /// What a line may have been told and not yet sent on. One that falls further behind is ended: whoever reads it opens another, and the
    /// snapshot tells all of it at once.
    /// </summary>
    public const int MaxBehind = 10_000;

    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long after one look at everything that stands the looks may be at what is dated after <see cref="Recent"/> ago. It is counted
    /// from the last that succeeded: who stood still, or could not read, for longer than that would miss what happened meanwhile.
    /// </summary>
    private static readonly TimeSpan WholeLookEvery = TimeSpan.FromMilliseconds(700);

    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Channel<Revocation>, byte> _listeners = new();
    private readonly Lock _telling = new();
    private readonly HashSet<Guid> _seen = [];
    private long? _wholeLookAt;
    private DateTimeOffset? _listenedSince;

    /// <summary>What this node has just committed: known and told before whoever ended it has its answer.</summary>
    public void Tell(IEnumerable<Revocation> ends) => Tell([.. ends.Select(e => new Notice(e.Id, e))]);

    /// <summary>First listen, then read what stands: whatever is written in between comes twice rather than never.</summary>
    public Channel<Revocation> Listen()
    {
        var channel = Channel.CreateBounded<Revocation>(new BoundedChannelOptions(MaxBehind) { SingleReader = true });
        _listeners[channel] = 0;
        Telemetry.StreamOpened();
        return channel;
    }

    public void Leave(Channel<Revocation> channel)
    {
        if (_listeners.TryRemove(channel, out _))
        {
            Telemetry.StreamClosed();
        }
    }

    /// <summary>
    /// What a resource server that has just begun to listen must know: of the words on one grant's scopes, and on its limits, the newest.
    /// </summary>
    public async Task<List<Revocation>> StandingAsync(CancellationToken stop)
    {
        var news = await rows.NewsStandingAsync(clock.GetUtcNow(), stop);
        var standing = news.Where(n => n.Ended is not null).Select(n => n.Ended!).ToList();
        var overtaken = standing.Where(n => n.Kind is RevocationKind.Scopes or RevocationKind.Limits).GroupBy(n => (n.Kind, n.Value))
            .SelectMany(said => said.OrderByDescending(n => n.At).Skip(1)).ToHashSet();
        return [.. standing.Where(n => !overtaken.Contains(n))];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Real time on purpose: this paces a look at the database, it decides nothing.
        using var timer = new PeriodicTimer(Interval);
        do
        {
            _listenedSince ??= clock.GetUtcNow();
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failure) when (PassingFault.Is(failure))
            {
                LookFailed(logger, failure.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>
    /// What is new is found by identifier among what is dated lately, and regularly among all that stands: a row's date is from before its
    /// transaction was committed, which may take long, and from a clock that may be another node's.
    /// </summary>
    private async Task LookAsync(CancellationToken stop)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var now = clock.GetUtcNow();
        var isWhole = _wholeLookAt is not { } last || TimeProvider.System.GetElapsedTime(last, begun) >= WholeLookEvery;
        var notices = await (isWhole ? rows.NewsStandingAsync(now, stop) : rows.NewsSinceAsync(now - Recent, stop));
        Tell(notices);
        if (isWhole)
        {
            ended.Forget(now);
            lock (_telling)
            {
                _seen.IntersectWith(notices.Select(n => n.Id));
            }
        }
        _wholeLookAt = isWhole ? begun : _wholeLookAt;
        catalog.Heard(begun);
    }

    private void Tell(List<Notice> notices)
    {
        lock (_telling)
        {
            // In order: of two words on one grant's scopes the second counts.
            foreach (var notice in notices.Where(n => _seen.Add(n.Id)).OrderBy(n => n.Ended?.At))
            {
                if (notice.Ended is { } end)
                {
                    Tell(end);
                }
                else if (notice.IsKey)
                {
                    keys.HeardOf(notice.Id);
                }
                else
                {
                    catalog.Forget();
                }
            }
        }
    }

    private void Tell(Revocation end)
    {
        if (!ended.Note(end))
        {
            return;
        }
        foreach (var listener in _listeners.Keys)
        {
            if (!listener.Writer.TryWrite(end))
            {
                listener.Writer.TryComplete();
            }
        }
        if (end.At >= _listenedSince) // what is older was told by the snapshot
        {
            Telemetry.Told(clock.GetUtcNow() - end.At);
        }
    }

    [LoggerMessage(3001, LogLevel.Warning, "The revocation feed could not read the database ({Failure}); resource servers are told late.")]
    private static partial void LookFailed(ILogger logger, string failure);
}

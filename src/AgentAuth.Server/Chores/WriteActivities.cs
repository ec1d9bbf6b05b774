using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Tokens;
using AgentAuth.Server.Tokens.Rows;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Writes down once a second what agents did, and at the stop what is left. While the database is away it waits, coalesced, in memory.
/// </summary>
internal sealed partial class WriteActivities(
    Activities activities, IServiceScopeFactory scopes, ILogger<WriteActivities> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public const string Chore = "write_activities";

    private bool _isBehind;

    /// <summary>What was noted in the last second is written down too: requests have ended when this is told to stop.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Real time on purpose: this paces writing, it decides nothing.
        using var timer = new PeriodicTimer(Every);
        while (await IsTimeAsync(timer, stoppingToken))
        {
            await RunAsync();
        }
        await RunAsync();
    }

    /// <summary>Everything that was noted so far.</summary>
    public async Task RunAsync()
    {
        var lines = activities.Take();
        for (var at = 0; at < lines.Count; at += FeedRows.MostAtOnce)
        {
            var batch = lines.GetRange(at, Math.Min(FeedRows.MostAtOnce, lines.Count - at));
            if (!await TryWriteAsync(batch))
            {
                activities.GiveBack(lines.Skip(at));
                return;
            }
        }
    }

    private static async Task<bool> IsTimeAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> TryWriteAsync(List<ActivityLine> batch)
    {
        try
        {
            await WriteAsync(batch);
            Telemetry.ChoreDone(Chore);
            _isBehind = false;
            return true;
        }
        catch (Exception failure) when (PassingFault.Is(failure))
        {
            Telemetry.ChoreFailed(Chore);
            if (!_isBehind)
            {
                NotWritten(logger, failure.GetType().Name); // once: it is tried again each second
            }
            _isBehind = true;
            return false;
        }
    }

    private async Task WriteAsync(List<ActivityLine> batch)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var written = await FeedRows.AddAsync(db, batch, CancellationToken.None);
        await transaction.CommitAsync();
        Telemetry.ActivitiesNotKept("crowded", batch.Count - written);
    }

    [LoggerMessage(4501, LogLevel.Warning, "What agents did could not be written down ({Failure}); it waits in memory.")]
    private static partial void NotWritten(ILogger logger, string failure);
}

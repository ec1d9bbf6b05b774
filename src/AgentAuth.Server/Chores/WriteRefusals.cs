using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Specs.Refusals;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Writes down why requests were refused, a few times a second and only when there were some, so that any node can explain it. What is kept
/// is bounded: of one network, of one client and in all. Who must make room is always the network with the most rows, its oldest first: a
/// flood pushes out itself.
/// </summary>
internal sealed partial class WriteRefusals(
    RefusalBook book, IServiceScopeFactory scopes, ILogger<WriteRefusals> logger) : BackgroundService
{
    public const int MaxOfSender = 200;
    public const int MaxOfClient = 500;
    public const int MaxInAll = 20_000;

    public const string Chore = "write_refusals";
    private const int BatchSize = 100;

    /// <summary>Of rows taken away in one statement.</summary>
    private const int MaxTaken = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>What was refused a moment before the end is written down too: requests have ended when this is told to stop.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await AnyAsync(stoppingToken))
        {
            await TryWriteAsync(Next());
        }
        for (var batch = Next(); batch.Count > 0; batch = Next())
        {
            await TryWriteAsync(batch);
        }
    }

    /// <summary>True when something waits to be written, false when it is time to stop.</summary>
    private async Task<bool> AnyAsync(CancellationToken stop)
    {
        try
        {
            // Real time on purpose: a flood of refusals is at most so many rows a second.
            await Task.Delay(Pause, TimeProvider.System, stop);
            return await book.Waiting.WaitToReadAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Not given up halfway: what was taken from the queue is nowhere else.</summary>
    private async Task TryWriteAsync(List<RefusedRequest> batch)
    {
        try
        {
            await WriteAsync(batch, CancellationToken.None);
            Telemetry.ChoreDone(Chore);
        }
        catch (Exception failure) when (PassingFault.Is(failure))
        {
            Telemetry.ChoreFailed(Chore);
            NotWritten(logger, batch.Count, failure.GetType().Name); // the log has what they were; nobody tries twice
        }
    }

    private List<RefusedRequest> Next()
    {
        var batch = new List<RefusedRequest>();
        while (batch.Count < BatchSize && book.Waiting.TryRead(out var refused))
        {
            batch.Add(refused);
        }
        return batch;
    }

    private async Task WriteAsync(List<RefusedRequest> batch, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var clients = batch.Select(r => r.ClientId).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var owners = await db.Clients.AsNoTracking().Where(c => clients.Contains(c.ClientId!))
            .ToDictionaryAsync(c => c.ClientId!, c => c.OwnerId, StringComparer.Ordinal, stop);
        foreach (var refused in batch.Where(r => r.ClientId is not null))
        {
            refused.OwnerId = owners.GetValueOrDefault(refused.ClientId!);
        }
        batch.RemoveAll(r => r.NeedsClient && !owners.ContainsKey(r.ClientId!));
        await AddAsync(db, batch, stop);
        await MakeRoomAsync(db, batch, clients, stop);
    }

    /// <summary>An id that others gave may be there already: told twice, or on purpose. What was first stays.</summary>
    private static async Task AddAsync(AgentAuthDb db, List<RefusedRequest> batch, CancellationToken stop)
    {
        var given = batch.Where(r => r.NeedsClient).Select(r => r.Id).ToList();
        var known = await db.RefusedRequests.Where(r => given.Contains(r.Id)).Select(r => r.Id).ToListAsync(stop);
        db.AddRange(batch.OrderBy(r => r.NeedsClient).DistinctBy(r => r.Id, StringComparer.Ordinal)
            .Where(r => !r.NeedsClient || !known.Contains(r.Id, StringComparer.Ordinal)));
        try
        {
            await db.SaveChangesAsync(stop);
        }
        catch (DbUpdateException failure) when (given.Count > 0 && LostRace.Is(failure))
        {
            db.ChangeTracker.Clear(); // another node was told the same at the same moment
            db.AddRange(batch.Where(r => !r.NeedsClient));
            await db.SaveChangesAsync(stop);
        }
    }

    private static async Task MakeRoomAsync(AgentAuthDb db, List<RefusedRequest> batch, List<string> clients, CancellationToken stop)
    {
        var all = db.RefusedRequests;
        var senders = batch.Select(r => r.Sender).Distinct(StringComparer.Ordinal).ToList();
        var loud = await all.Where(r => senders.Contains(r.Sender)).GroupBy(r => r.Sender)
            .Where(g => g.Count() > MaxOfSender).Select(g => g.Key).ToListAsync(stop);
        foreach (var sender in loud)
        {
            await TrimAsync(all.Where(r => r.Sender == sender), MaxOfSender, stop);
        }
        var busy = await all.Where(r => r.ClientId != null && clients.Contains(r.ClientId)).GroupBy(r => r.ClientId)
            .Where(g => g.Count() > MaxOfClient).Select(g => g.Key).ToListAsync(stop);
        foreach (var client in busy)
        {
            await TrimAsync(all.Where(r => r.ClientId == client), MaxOfClient, stop);
        }
        await TrimAsync(all, MaxInAll, stop);
    }

    /// <summary>Half of the loudest network's rows at most, then who is the loudest is asked again.</summary>
    private static async Task TrimAsync(IQueryable<RefusedRequest> which, int most, CancellationToken stop)
    {
        while (await which.CountAsync(stop) - most is var over and > 0)
        {
            var loudest = await which.GroupBy(r => r.Sender).Select(g => new { Sender = g.Key, Rows = g.Count() })
                .OrderByDescending(g => g.Rows).FirstOrDefaultAsync(stop);
            if (loudest is null)
            {
                return; // pruned meanwhile
            }
            var rows = Math.Min(Math.Min(over, MaxTaken), (loudest.Rows + 1) / 2);
            await which.Where(r => r.Sender == loudest.Sender).OrderBy(r => r.At).ThenBy(r => r.Id).Take(rows).ExecuteDeleteAsync(stop);
        }
    }

    [LoggerMessage(4301, LogLevel.Warning, "{Rows} refusals could not be written down ({Failure}); they cannot be explained later.")]
    private static partial void NotWritten(ILogger logger, int rows, string failure);
}

using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Takes away what nothing will ask for again: notices no token needs any more, questions nobody answered, sessions that are over, tokens
/// long expired. A used refresh token stays until it would have expired, because its return must still be recognised as a replay. Several
/// nodes may prune at once; what one has deleted the other does not find.
/// </summary>
internal sealed partial class Prune(IServiceScopeFactory scopes, WriteGate gate, TimeProvider clock, ILogger<Prune> logger)
    : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Expired tokens are kept this long: who asks about one just dead is told "inactive", and clocks differ.</summary>
    public static readonly TimeSpan KeepTokens = TimeSpan.FromDays(1);

    /// <summary>Longer than any transaction takes and any node's clock is late.</summary>
    private static readonly TimeSpan KeepChanges = TimeSpan.FromMinutes(10);

    /// <summary>Rows of one statement, so that no token request waits long for it.</summary>
    private const int BatchSize = 1_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or InvalidOperationException or TimeoutException)
            {
                PruneFailed(logger, failure.GetType().Name);
            }
        }
    }

    /// <summary>One round; says how many rows went.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var now = clock.GetUtcNow();
        var expired = (now - KeepTokens).UtcDateTime;
        var heard = now - KeepChanges;
        var gone = await DeleteAsync(db.CatalogChanges.Where(c => c.At <= heard).OrderBy(c => c.At), stop)
            + await DeleteAsync(db.Revocations.Where(r => r.ForgetAt <= now).OrderBy(r => r.ForgetAt), stop)
            + await DeleteAsync(db.Interactions.Where(i => i.EndsAt <= now).OrderBy(i => i.EndsAt), stop)
            + await DeleteAsync(db.Sessions.Where(s => s.EndsAt <= now).OrderBy(s => s.EndsAt), stop)
            + await DeleteAsync(db.Tokens.Where(t => t.ExpirationDate < expired).OrderBy(t => t.ExpirationDate), stop);
        Pruned(logger, gone);
        return gone;
    }

    private async Task<int> DeleteAsync<T>(IOrderedQueryable<T> which, CancellationToken stop)
    {
        var gone = 0;
        while (true)
        {
            using var turn = await gate.EnterAsync(stop);
            var batch = await which.Take(BatchSize).ExecuteDeleteAsync(stop);
            gone += batch;
            if (batch < BatchSize)
            {
                return gone;
            }
        }
    }

    [LoggerMessage(4101, LogLevel.Warning, "Old rows could not be taken away ({Failure}); the next hour tries again.")]
    private static partial void PruneFailed(ILogger logger, string failure);

    [LoggerMessage(4102, LogLevel.Debug, "{Rows} old rows were taken away.")]
    private static partial void Pruned(ILogger logger, int rows);
}

using System.Diagnostics;
using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Specs.Rfc7591Registration;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Takes away what nothing will ask for again: notices no token needs any more, questions nobody answered, sessions that are over, tokens
/// long expired. A used refresh token stays until it would have expired, because its return must still be recognised as a replay; after
/// that it is refused for its age. One node prunes for all; should two do it at once, what one has deleted the other does not find.
/// </summary>
internal sealed partial class Prune(
    IServiceScopeFactory scopes, Turns turns, TimeProvider clock, ILogger<Prune> logger) : BackgroundService
{
    public const string Chore = "prune";

    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Expired tokens are kept this long: who asks about one just dead is told "inactive", and clocks differ.</summary>
    public static readonly TimeSpan KeepTokens = TimeSpan.FromDays(1);

    /// <summary>Of the days before yesterday nobody counts any more, wherever it is day now.</summary>
    private static readonly TimeSpan KeepBudgets = TimeSpan.FromDays(2);

    /// <summary>Long enough for who asks late to be told that it is over, and not that there was nothing.</summary>
    private static readonly TimeSpan KeepApprovals = TimeSpan.FromDays(1);

    /// <summary>Longer than any transaction takes and any node's clock is late.</summary>
    private static readonly TimeSpan KeepChanges = TimeSpan.FromMinutes(10);

    /// <summary>Rows of one statement, so that no token request waits long for it.</summary>
    private const int BatchSize = 500;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Real time on purpose: this paces a look at the database; whether pruning is due is decided by the clock.
        using var timer = new PeriodicTimer(Turns.Ask);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await turns.TakeAsync(Chore, Every, RunAsync, stoppingToken);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                TakenOver(logger);
            }
            catch (Exception failure) when (PassingFault.Is(failure))
            {
                Telemetry.ChoreFailed(Chore);
                PruneFailed(logger, failure.GetType().Name);
            }
        }
    }

    /// <summary>One round, whoever's turn it is; says how many rows went.</summary>
    public async Task<int> RunAsync(CancellationToken stop) => (await RoundAsync(stop)).Sum(gone => gone.Rows);

    /// <summary>One round, whoever's turn it is; says how many rows of what went.</summary>
    public async Task<IReadOnlyList<(string What, int Rows)>> RoundAsync(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var now = clock.GetUtcNow();
        var expired = (now - KeepTokens).UtcDateTime;
        var heard = now - KeepChanges;
        var forgotten = now - RefusedRequest.Kept;
        var (done, sent, spent, decided) = (now - Model.Activity.Kept, now - OutgoingMail.Kept, now - KeepBudgets, now - KeepApprovals);
        IReadOnlyList<(string What, int Rows)> gone =
        [
            await DeleteAsync("catalog_changes", db.CatalogChanges.Where(c => c.At <= heard).OrderBy(c => c.At), stop),
            await DeleteAsync("revocations", db.Revocations.Where(r => r.ForgetAt <= now).OrderBy(r => r.ForgetAt), stop),
            await DeleteAsync("assertions", db.UsedAssertions.Where(a => a.EndsAt <= now).OrderBy(a => a.EndsAt), stop),
            await DeleteAsync("interactions", db.Interactions.Where(i => i.EndsAt <= now).OrderBy(i => i.EndsAt), stop),
            await DeleteAsync("playground_runs", db.PlaygroundRuns.Where(r => r.EndsAt <= now).OrderBy(r => r.EndsAt), stop),
            await DeleteAsync("refused_requests", db.RefusedRequests.Where(r => r.At <= forgotten).OrderBy(r => r.At), stop),
            await DeleteAsync("activities", db.Activities.Where(a => a.At <= done).OrderBy(a => a.At), stop),
            await DeleteAsync("budget_uses", db.BudgetUses.Where(b => b.Day <= spent).OrderBy(b => b.Day), stop),
            await DeleteAsync("outgoing_mails", db.OutgoingMails.Where(m => m.CreatedAt <= sent).OrderBy(m => m.CreatedAt), stop),
            await DeleteAsync("mail_links", db.MailLinks.Where(l => l.EndsAt <= now).OrderBy(l => l.EndsAt), stop),
            await DeleteAsync("approvals", db.Approvals.Where(a => a.EndsAt <= decided).OrderBy(a => a.EndsAt), stop),
            await DeleteAsync("sessions", db.Sessions.Where(s => s.EndsAt <= now).OrderBy(s => s.EndsAt), stop),
            await DeleteAsync("tokens", db.Tokens.Where(t => t.ExpirationDate < expired).OrderBy(t => t.ExpirationDate), stop),
            await DeleteAsync(
                "clients", () => UnusedClients.TakeAwayAsync(
                    db, UnusedClients.Expired(db, now).OrderBy(c => c.CreatedAt).Take(BatchSize), clock, stop), stop),
        ];
        Telemetry.ChoreDone(Chore);
        Pruned(logger, gone.Sum(g => g.Rows));
        return gone;
    }

    private static Task<(string What, int Rows)> DeleteAsync<T>(string table, IOrderedQueryable<T> which, CancellationToken stop) =>
        DeleteAsync(table, () => which.Take(BatchSize).ExecuteDeleteAsync(stop), stop);

    private static async Task<(string What, int Rows)> DeleteAsync(string table, Func<Task<int>> takeBatch, CancellationToken stop)
    {
        var gone = 0;
        while (true)
        {
            var begun = Stopwatch.GetTimestamp();
            var batch = await takeBatch();
            gone += batch;
            Telemetry.Pruned(table, batch);
            if (batch < BatchSize)
            {
                return (table, gone);
            }
            await RestAsync(Stopwatch.GetElapsedTime(begun), stop);
        }
    }

    /// <summary>As long as the work took, in real time: at least half of the database's time belongs to requests.</summary>
    private static Task RestAsync(TimeSpan worked, CancellationToken stop) => Task.Delay(
        worked < ShortestPause ? ShortestPause : worked > LongestPause ? LongestPause : worked, TimeProvider.System, stop);

    [LoggerMessage(4101, LogLevel.Warning, "Old rows could not be taken away ({Failure}); the next look tries again.")]
    private static partial void PruneFailed(ILogger logger, string failure);

    [LoggerMessage(4102, LogLevel.Debug, "{Rows} old rows were taken away.")]
    private static partial void Pruned(ILogger logger, int rows);

    [LoggerMessage(4103, LogLevel.Information, "Another node went on pruning.")]
    private static partial void TakenOver(ILogger logger);
}

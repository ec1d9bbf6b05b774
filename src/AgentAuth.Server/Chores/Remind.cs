using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Tokens.Mails;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Tells people a few days before what they allowed comes to its end, once, with a link that renews it. What was allowed for a week or less
/// is let end in silence.
/// </summary>
internal sealed partial class Remind(IServiceScopeFactory scopes, Turns turns, TimeProvider clock, ILogger<Remind> logger)
    : BackgroundService
{
    public const string Chore = "remind";

    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Told so long before the end.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(3);

    /// <summary>What lasts no longer is not worth a reminder.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromDays(7);

    private const int BatchSize = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Real time on purpose: this paces a look at the database; whether it is due is decided by the clock.
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
                RemindingFailed(logger, failure.GetType().Name);
            }
        }
    }

    /// <summary>One round, whoever's turn it is.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var after = (EndsAt: clock.GetUtcNow(), Id: Guid.Empty);
        while (await NextAsync(after, stop) is { Count: > 0 } batch)
        {
            foreach (var grant in batch.Where(g => g.EndsAt - g.AllowedAt > Short))
            {
                await TellAsync(grant.Id, stop);
            }
            after = (batch[^1].EndsAt, batch[^1].Id);
        }
        Telemetry.ChoreDone(Chore);
    }

    private async Task<List<Soon>> NextAsync((DateTimeOffset EndsAt, Guid Id) after, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var now = clock.GetUtcNow();
        var (until, since) = (now + Ahead, now + Ahead - Short); // what was allowed since is too short, whenever it ends
        return await db.Grants
            .Where(g => g.Status == OpenIddictConstants.Statuses.Valid && g.EndsAt <= until && g.EndsAt > now
                && g.AllowedAt < since && g.RemindedAt == null
                && (g.EndsAt > after.EndsAt || (g.EndsAt == after.EndsAt && g.Id.CompareTo(after.Id) > 0))
                && g.Application!.BlockedAt == null && db.Users.Any(a => a.Id == g.AccountId && a.DisabledAt == null))
            .OrderBy(g => g.EndsAt).ThenBy(g => g.Id).Take(BatchSize)
            .Select(g => new Soon(g.Id, g.AllowedAt, g.EndsAt)).ToListAsync(stop);
    }

    /// <summary>Whoever marks it tells it, in one transaction: of two nodes one, and of a crash nothing or both.</summary>
    private async Task TellAsync(Guid grantId, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        DateTimeOffset? now = clock.GetUtcNow();
        var version = Guid.CreateVersion7().ToString(); // whoever read the row before must not write it back
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var isOurs = await db.Grants
            .Where(g => g.Id == grantId && g.Status == OpenIddictConstants.Statuses.Valid && g.RemindedAt == null)
            .ExecuteUpdateAsync(g => g.SetProperty(x => x.RemindedAt, now).SetProperty(x => x.ConcurrencyToken, version), stop) == 1;
        if (!isOurs)
        {
            return;
        }
        await scope.ServiceProvider.GetRequiredService<Mailer>().AddAsync(MailKind.GrantEnding, grantId, stop);
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
    }

    private sealed record Soon(Guid Id, DateTimeOffset AllowedAt, DateTimeOffset EndsAt);

    [LoggerMessage(4220, LogLevel.Warning, "Reminders could not be written ({Failure}); the next look tries again.")]
    private static partial void RemindingFailed(ILogger logger, string failure);

    [LoggerMessage(4221, LogLevel.Information, "Another node went on reminding.")]
    private static partial void TakenOver(ILogger logger);
}

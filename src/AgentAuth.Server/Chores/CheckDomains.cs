using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Specs.DomainProofs;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Chores;

/// <summary>Looks once a day whether proved domains still are: a domain can be sold, and what it vouched for with it.</summary>
internal sealed partial class CheckDomains(
    IServiceScopeFactory scopes, Turns turns, DomainLook look, TimeProvider clock, ILogger<CheckDomains> logger) : BackgroundService
{
    public const string Chore = "domains";

    public static readonly TimeSpan Every = TimeSpan.FromDays(1);

    /// <summary>Of one round, the longest unseen first.</summary>
    private const int MostAtOnce = 1_000;

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
                CheckFailed(logger, failure.GetType().Name);
            }
        }
    }

    /// <summary>One round, whoever's turn it is.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var ids = await db.ClaimedDomains.Where(d => d.ProvedAt != null).OrderBy(d => d.CheckedAt).Take(MostAtOnce)
            .Select(d => d.Id).ToListAsync(stop);
        foreach (var id in ids)
        {
            try
            {
                await CheckAsync(id, stop);
            }
            catch (Exception failure) when (failure is not OperationCanceledException && !PassingFault.Is(failure))
            {
                NotChecked(logger, id, failure); // the others must not wait for it
            }
        }
        Telemetry.ChoreDone(Chore);
    }

    private async Task CheckAsync(Guid id, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        if (await db.ClaimedDomains.FirstOrDefaultAsync(d => d.Id == id, stop) is not { IsProved: true } domain)
        {
            return;
        }
        var trust = scope.ServiceProvider.GetRequiredService<DomainTrust>();
        var (proof, problem) = await look.LookAsync(domain.Host, domain.Token, stop);
        if (proof != DomainProof.None)
        {
            domain.Found(proof, clock.GetUtcNow());
            await trust.RaiseAsync(domain.OwnerId, stop);
        }
        else if (domain.Missed(DomainTrust.MostMisses, clock.GetUtcNow()))
        {
            Lost(logger, domain.Host, problem!);
            await trust.LowerAsync(domain.OwnerId, domain.Host, stop);
        }
        await db.SaveChangesAsync(stop);
    }

    [LoggerMessage(4120, LogLevel.Warning, "Domains could not be checked ({Failure}); the next look tries again.")]
    private static partial void CheckFailed(ILogger logger, string failure);

    [LoggerMessage(4123, LogLevel.Error, "The domain {Id} could not be checked.")]
    private static partial void NotChecked(ILogger logger, Guid id, Exception failure);

    [LoggerMessage(4121, LogLevel.Information, "The proof of {Host} is gone: {Problem}")]
    private static partial void Lost(ILogger logger, string host, string problem);

    [LoggerMessage(4122, LogLevel.Information, "Another node went on checking domains.")]
    private static partial void TakenOver(ILogger logger);
}

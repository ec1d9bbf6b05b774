using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Tokens;

namespace AgentAuth.Server.Chores;

/// <summary>
/// What was allowed for a session ends with it. Who signs out ends it at once; a session that ends by itself, because nobody was there for
/// long enough, is found here. Refresh tokens are held against the session itself, so nobody gains a token by a late round.
/// </summary>
internal sealed partial class EndWithSessions(
    IServiceScopeFactory scopes, Turns turns, ILogger<EndWithSessions> logger) : BackgroundService
{
    public const string Chore = "end_with_sessions";

    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

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
                LookFailed(logger, failure.GetType().Name);
            }
        }
    }

    /// <summary>One round, whoever's turn it is.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Sessions>().EndLeftBehindAsync(stop);
        Telemetry.ChoreDone(Chore);
    }

    [LoggerMessage(4701, LogLevel.Warning, "Ended sessions could not be looked for ({Failure}); the next look tries again.")]
    private static partial void LookFailed(ILogger logger, string failure);

    [LoggerMessage(4702, LogLevel.Information, "Another node went on ending what was allowed for sessions.")]
    private static partial void TakenOver(ILogger logger);
}

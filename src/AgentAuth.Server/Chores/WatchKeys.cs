using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Keys;

namespace AgentAuth.Server.Chores;

/// <summary>Sees within seconds that another process rotated the keys, or that a published key's time has come.</summary>
internal sealed partial class WatchKeys(KeyRing ring, ILogger<WatchKeys> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Real time on purpose: this paces a look at the database; what is due is the ring's to decide, by its clock.
        using var timer = new PeriodicTimer(KeyOptions.Look);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ring.LookAsync(stoppingToken);
            }
            catch (Exception failure) when (
                PassingFault.Is(failure) || failure is FormatException)
            {
                LookFailed(logger, failure.GetType().Name);
            }
        }
    }

    [LoggerMessage(4001, LogLevel.Warning, "The keys could not be read ({Failure}); those known stay in use.")]
    private static partial void LookFailed(ILogger logger, string failure);
}

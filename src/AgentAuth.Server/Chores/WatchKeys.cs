using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Keys;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Sees that another process rotated the keys, at once when the feed hears of a new one, or that a published key's time has come.
/// </summary>
internal sealed partial class WatchKeys(KeyRing ring, ILogger<WatchKeys> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var wait = KeyOptions.Look; ;)
        {
            // Real time on purpose: this paces a look at the database; what is due is the ring's to decide, by its clock.
            await ring.NewsAsync(wait, stoppingToken);
            try
            {
                await ring.LookAsync(stoppingToken);
                wait = KeyOptions.Look;
            }
            catch (Exception failure) when (PassingFault.Is(failure))
            {
                LookFailed(logger, failure.GetType().Name);
                wait = KeyOptions.LookAgain;
            }
            catch (FormatException unopened)
            {
                LookFailed(logger, unopened.Message);
                wait = KeyOptions.Look;
            }
        }
    }

    [LoggerMessage(4001, LogLevel.Warning, "The keys could not be read ({Failure}); those known stay in use.")]
    private static partial void LookFailed(ILogger logger, string failure);
}

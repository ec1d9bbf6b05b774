using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Writes down once a minute which secrets were used, so that a developer sees which of two nobody needs any more. Each node for itself:
/// the latest stands.
/// </summary>
internal sealed partial class WriteSecretUses(
    SecretCheck secrets, IServiceScopeFactory scopes, TimeProvider clock, ILogger<WriteSecretUses> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public const string Chore = "write_secret_uses";

    /// <summary>What was used in the last minute is written down too: requests have ended when this is told to stop.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await IsTimeAsync(timer, stoppingToken))
        {
            await TryWriteAsync();
        }
        await TryWriteAsync();
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

    private async Task TryWriteAsync()
    {
        if (secrets.TakeUsed() is not { Count: > 0 } used)
        {
            return;
        }
        try
        {
            await WriteAsync(used);
            Telemetry.ChoreDone(Chore);
        }
        catch (Exception failure) when (PassingFault.Is(failure))
        {
            Telemetry.ChoreFailed(Chore);
            NotWritten(logger, used.Count, failure.GetType().Name); // the next use says it again
        }
    }

    private async Task WriteAsync(IReadOnlyList<(Guid Secret, DateTimeOffset At)> used)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        foreach (var (id, at) in used.OrderBy(u => u.Secret)) // in one order at all nodes: two wait for each other, and never in a circle
        {
            await db.ClientSecrets.Where(s => s.Id == id && (s.LastUsedAt == null || s.LastUsedAt < at))
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.LastUsedAt, at));
        }
        await transaction.CommitAsync();
    }

    [LoggerMessage(4401, LogLevel.Warning, "The last use of {Secrets} client secrets could not be written down ({Failure}).")]
    private static partial void NotWritten(ILogger logger, int secrets, string failure);
}

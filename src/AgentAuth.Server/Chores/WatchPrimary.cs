using AgentAuth.Server.Model;
using Npgsql;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Of several PostgreSQL hosts: sees that another has become the primary, or that the only one is back. The driver remembers for a while
/// who was away and who was no primary, and tries nobody then. Forgetting that sooner would be worse: while a host stands still, every
/// request would wait for it anew.
/// </summary>
internal sealed partial class WatchPrimary(
    NpgsqlMultiHostDataSource hosts, string connectionString, ILogger<WatchPrimary> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var apart = Apart(connectionString);
        var primary = hosts.WithTargetSession(TargetSessionAttributes.Primary);
        using var timer = new PeriodicTimer(Interval);
        do
        {
            if (await IsKnownAsync(primary, stoppingToken))
            {
                continue;
            }
            var primaries = await Task.WhenAll(apart.Select(host => PrimaryAsync(host, stoppingToken)));
            if (primaries.FirstOrDefault(host => host is not null) is { } found)
            {
                hosts.ClearDatabaseStates();
                Found(logger, found);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static NpgsqlConnectionStringBuilder[] Apart(string connectionString) =>
    [
        .. new NpgsqlConnectionStringBuilder(connectionString).Host!.Split(',', StringSplitOptions.TrimEntries).Select(host =>
            new NpgsqlConnectionStringBuilder(connectionString) { Host = host, TargetSessionAttributes = null, Pooling = false }),
    ];

    /// <summary>False where the driver did not even try: by what it remembers nobody is a primary.</summary>
    private static async Task<bool> IsKnownAsync(NpgsqlDataSource primary, CancellationToken stop)
    {
        try
        {
            await using var connection = await primary.OpenConnectionAsync(stop);
            return true;
        }
        catch (NpgsqlException failure)
        {
            return failure.InnerException is not null;
        }
    }

    private static async Task<string?> PrimaryAsync(NpgsqlConnectionStringBuilder host, CancellationToken stop)
    {
        try
        {
            await using var connection = new NpgsqlConnection(host.ConnectionString);
            await connection.OpenAsync(stop);
            await using var command = new NpgsqlCommand("SELECT pg_is_in_recovery()", connection);
            return await command.ExecuteScalarAsync(stop) is false ? host.Host : null;
        }
        catch (Exception away) when (PassingFault.Is(away))
        {
            return null;
        }
    }

    [LoggerMessage(4801, LogLevel.Warning, "No database was known to be the primary; {Host} is it now.")]
    private static partial void Found(ILogger logger, string host);
}

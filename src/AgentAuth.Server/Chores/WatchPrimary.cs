using Npgsql;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Of several PostgreSQL hosts: sees that another has become the primary, or that the only one is back. The driver remembers for a while
/// who was away and who was no primary, and tries nobody then. Forgetting that every second would be worse: while a host stands still, each
/// request would wait for it anew.
/// </summary>
internal sealed partial class WatchPrimary(
    NpgsqlMultiHostDataSource hosts, string connectionString, ILogger<WatchPrimary> logger) : BackgroundService
{
    /// <summary>
    /// Looks in a row that tried somebody and failed, until the hosts are asked all the same: one that can never be talked to would hide
    /// the others, and a pool that is exhausted for a moment needs nothing.
    /// </summary>
    private const int FailedLooks = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>For one look, and for asking all hosts at once, whatever the connection string says.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private int _failed;

    private enum Look
    {
        Known,
        Failed,
        Nobody,
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var apart = Apart(connectionString);
        using var timer = new PeriodicTimer(Interval);
        do
        {
            var look = await WithinAsync(LookAsync, stoppingToken);
            _failed = look == Look.Failed ? _failed + 1 : 0;
            if (look == Look.Nobody || _failed == FailedLooks)
            {
                _failed = 0;
                await WithinAsync(patience => FindAsync(apart, patience), stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static NpgsqlConnectionStringBuilder[] Apart(string connectionString)
    {
        const StringSplitOptions clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        return
        [
            .. new NpgsqlConnectionStringBuilder(connectionString).Host!.Split(',', clean).Select(host =>
                new NpgsqlConnectionStringBuilder(connectionString) { Host = host, TargetSessionAttributes = null, Pooling = false }),
        ];
    }

    private static async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        return await act(patience.Token);
    }

    private async Task<Look> LookAsync(CancellationToken patience)
    {
        try
        {
            await using var connection = await hosts.OpenConnectionAsync(TargetSessionAttributes.Primary, patience);
            return Look.Known;
        }
        catch (NpgsqlException nobody) when (nobody.InnerException is null)
        {
            return Look.Nobody; // the driver did not even try: by what it remembers there is no primary
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return Look.Failed;
        }
    }

    private async Task<bool> FindAsync(NpgsqlConnectionStringBuilder[] apart, CancellationToken patience)
    {
        var primaries = await Task.WhenAll(apart.Select(async host => await IsPrimaryAsync(host, patience) ? host.Host : null));
        var found = primaries.Where(host => host is not null).ToList();
        if (found.Count > 0)
        {
            hosts.ClearDatabaseStates();
            Found(logger, found[0]!);
        }
        if (found.Count > 1)
        {
            TooMany(logger, string.Join(", ", found));
        }
        return found.Count > 0;
    }

    /// <summary>Whatever keeps it from answering: the others may.</summary>
    private static async Task<bool> IsPrimaryAsync(NpgsqlConnectionStringBuilder host, CancellationToken patience)
    {
        try
        {
            await using var connection = new NpgsqlConnection(host.ConnectionString);
            await connection.OpenAsync(patience);
            await using var command = new NpgsqlCommand("SELECT pg_is_in_recovery()", connection);
            return await command.ExecuteScalarAsync(patience) is false;
        }
        catch (Exception away) when (away is not OutOfMemoryException)
        {
            return false;
        }
    }

    [LoggerMessage(4801, LogLevel.Warning, "The primary database had to be looked for; {Host} says it is.")]
    private static partial void Found(ILogger logger, string host);

    [LoggerMessage(4802, LogLevel.Error, "Several databases say they are the primary ({Hosts}): stop the one that is not.")]
    private static partial void TooMany(ILogger logger, string hosts);
}

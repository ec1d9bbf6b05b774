using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AgentAuth.Server.Setup;

/// <summary>What SQLite calls by these names; FULL unless the operator asks for less.</summary>
internal enum SqliteSynchronous
{
    Full = 0,
    Normal = 1,
}

/// <summary>
/// WAL lets readers and the writer work side by side; FULL makes every commit reach the disk before the answer does, so that a used
/// code or a replaced refresh token does not come back after a power failure.
/// </summary>
/// <param name="synchronous">When a commit counts as done; NORMAL leaves the last ones before a power failure to luck.</param>
internal sealed class SqliteDurability(SqliteSynchronous synchronous = SqliteSynchronous.Full) : DbConnectionInterceptor
{
    /// <summary>
    /// Who waits longer for the one writer is given up and answered 503: another process holds it. The wait holds a thread and cannot be
    /// interrupted, so it is short.
    /// </summary>
    public const int BusySeconds = 1;

    private const string InFull = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=1000;";
    private const string Lesser = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=1000;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Prepare(connection);

    public void Prepare(DbConnection connection)
    {
        if (IsReadOnly(connection))
        {
            return;
        }
        using var command = connection.CreateCommand();
        Say(command);
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (IsReadOnly(connection))
        {
            return;
        }
        await using var command = connection.CreateCommand();
        Say(command);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private void Say(DbCommand command)
    {
        if (synchronous == SqliteSynchronous.Normal)
        {
            command.CommandText = Lesser;
        }
        else
        {
            command.CommandText = InFull;
        }
    }

    /// <summary>EF looks so whether there is a database; one that was made and not yet switched to WAL must not fail that look.</summary>
    private static bool IsReadOnly(DbConnection connection) =>
        connection.ConnectionString.Contains("Mode=ReadOnly", StringComparison.OrdinalIgnoreCase);
}

using System.Data;
using System.Data.Common;
using AgentAuth.Server.Commands.Rows;
using AgentAuth.Server.Model;
using AgentAuth.Server.Setup;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace AgentAuth.Server.Commands;

/// <summary>
/// <c>move --to-postgres</c>: every row and key of a SQLite installation, with the identifiers they have, so that agents stay connected
/// and people signed in. The source is held alone meanwhile and left as it is; the target gets all of it or nothing.
/// </summary>
internal static class MoveToPostgres
{
    public const string Flag = "--to-postgres";

    public static async Task RunAsync(Errand errand)
    {
        if (!errand.Has(Flag))
        {
            throw new FormatException($"Say where to: move {Flag}");
        }
        var target = TargetOf(errand);
        await using var alone = await SqliteFile.OpenAloneAsync(SqliteFile.Of(errand.Server), errand.Stop);
        await using var source = CommandDatabase.Sqlite(alone);
        await using var snapshot = await Snapshot.TakeAsync(
            source, table => ProtectionKeys.RowsOf(KeySetup.FolderOf(errand.Server), table), errand.Stop);
        await KeysOf.MustBeThereAsync(source, snapshot, errand); // a server that finds seals it cannot open does not start
        await using var db = CommandDatabase.Postgres(target);
        await SchemaUpdate.RunAsync(
            db, () => errand.Out.WriteLine("Another process migrates the target; waiting for it."), errand.Stop);
        var counts = await CopyAsync(snapshot, db, errand);
        await errand.SayTableAsync(["table", "SQLite", "PostgreSQL"], counts);
        await errand.SayAsync("Every row was read back from PostgreSQL and is the same. The SQLite files are as they were.");
        await errand.SayAsync("Next, start the servers with AgentAuth__Database__Provider=Postgres and ConnectionStrings__AgentAuth set "
            + $"to what ConnectionStrings__MoveTo is now, and never again on {errand.Server.DataPath}: two installations that issue tokens "
            + "from one start cannot be joined. Delete that folder when you need it no more; it holds keys.");
    }

    private static string TargetOf(Errand errand)
    {
        if (errand.Server.Database == DatabaseProvider.Postgres)
        {
            throw new FormatException("This installation is on PostgreSQL already. "
                + "To move one from SQLite leave AgentAuth:Database:Provider out, and name the target in ConnectionStrings:MoveTo.");
        }
        return errand.Configuration.GetConnectionString("MoveTo") is { Length: > 0 } target
            ? target
            : throw new FormatException("Say where to, in the environment: "
                + "ConnectionStrings__MoveTo=\"Host=db;Database=agentauth;Username=agentauth;Password=…\"");
    }

    private static async Task<List<(string, long[])>> CopyAsync(Snapshot snapshot, PostgresDb db, Errand errand)
    {
        var (counts, stop) = (new List<(string, long[])>(), errand.Stop);
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, stop);
        var (connection, inside) = (db.Database.GetDbConnection(), transaction.GetDbTransaction());
        foreach (var table in snapshot.Tables)
        {
            await MustBeEmptyAsync((NpgsqlConnection)connection, table, stop);
        }
        foreach (var table in snapshot.Tables)
        {
            await RowSink.WriteAsync(connection, inside, table, snapshot.RowsAsync(table, stop), stop);
        }
        foreach (var table in snapshot.Tables)
        {
            counts.Add((table.Name, await CompareAsync(snapshot, connection, inside, table, stop)));
        }
        db.Add(new AuditEntry
        {
            At = errand.Clock.GetUtcNow(),
            Actor = "operator",
            Act = "server.move",
            Target = "SQLite to PostgreSQL",
            Reason = $"{counts.Sum(c => c.Item2[0])} rows, each read back and compared.",
        });
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return counts;
    }

    private static async Task MustBeEmptyAsync(NpgsqlConnection connection, Table table, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the names are the model's own, quoted
        command.CommandText = $"LOCK TABLE {table.QuotedName} IN EXCLUSIVE MODE; SELECT EXISTS (SELECT 1 FROM {table.QuotedName})";
#pragma warning restore CA2100
        if (await command.ExecuteScalarAsync(stop) is true)
        {
            throw new FormatException($"The PostgreSQL database is not empty: {table.Name} has rows. Name a new one in "
                + "ConnectionStrings:MoveTo, one that no server was started on.");
        }
    }

    /// <returns>How many rows there are on either side.</returns>
    /// <exception cref="InvalidDataException">A row is not the same.</exception>
    private static async Task<long[]> CompareAsync(
        Snapshot snapshot, DbConnection target, DbTransaction transaction, Table table, CancellationToken stop)
    {
        long count = 0;
        await using var there = Snapshot.ReadAsync(target, transaction, table, stop).GetAsyncEnumerator(stop);
        await foreach (var row in snapshot.RowsAsync(table, stop))
        {
            count++;
            var isSame = await there.MoveNextAsync() && row.Zip(there.Current).All(pair => Values.AreSame(pair.First, pair.Second));
            if (!isSame)
            {
                throw new InvalidDataException($"Row {count} of {table.Name} is not the same in PostgreSQL; nothing was moved.");
            }
        }
        return !await there.MoveNextAsync()
            ? [count, count]
            : throw new InvalidDataException($"{table.Name} has more rows in PostgreSQL than in SQLite; nothing was moved.");
    }
}

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentAuth.Server.Commands.Rows;

/// <summary>Writes the rows of a table into a database, inside the caller's transaction.</summary>
internal static class RowSink
{
    /// <returns>How many rows there were.</returns>
    public static Task<long> WriteAsync(
        DbConnection connection, DbTransaction transaction, Table table, IAsyncEnumerable<object?[]> rows, CancellationToken stop) =>
        connection is NpgsqlConnection postgres
            ? CopyAsync(postgres, table, rows, stop)
            : InsertAsync((SqliteConnection)connection, (SqliteTransaction)transaction, table, rows, stop);

    private static async Task<long> CopyAsync(
        NpgsqlConnection connection, Table table, IAsyncEnumerable<object?[]> rows, CancellationToken stop)
    {
        var types = table.Columns.Select(c => Values.PostgresTypeOf(c.Kind)).ToArray();
        long count = 0;
        await using (var import = await connection.BeginBinaryImportAsync(
            $"COPY {table.QuotedName} ({table.QuotedColumns}) FROM STDIN (FORMAT BINARY)", stop))
        {
            import.Timeout = Timeout.InfiniteTimeSpan;
            await foreach (var row in rows)
            {
                await import.StartRowAsync(stop);
                for (var i = 0; i < row.Length; i++)
                {
                    await (row[i] is { } value ? import.WriteAsync(value, types[i], stop) : import.WriteNullAsync(stop));
                }
                count++;
            }
            await import.CompleteAsync(stop);
        }
        await CountOnAsync(connection, table, stop);
        return count;
    }

    /// <summary>Identifiers that the database gives go on after those that were carried over.</summary>
    private static async Task CountOnAsync(NpgsqlConnection connection, Table table, CancellationToken stop)
    {
        if (table.Key is not [var key] || table.Columns[table.IndexOf(key)].Kind is not (ValueKind.Whole or ValueKind.Long))
        {
            return;
        }
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the names are the model's own, quoted
        command.CommandText =
            $"SELECT setval(pg_get_serial_sequence($1, $2), (SELECT max({Table.Quote(key)}) FROM {table.QuotedName}))";
#pragma warning restore CA2100
        command.Parameters.AddWithValue(table.QuotedName);
        command.Parameters.AddWithValue(key);
        await command.ExecuteScalarAsync(stop);
    }

    private static async Task<long> InsertAsync(
        SqliteConnection connection, SqliteTransaction transaction, Table table, IAsyncEnumerable<object?[]> rows, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        var names = Enumerable.Range(0, table.Columns.Count).Select(i => $"$v{i}").ToArray();
#pragma warning disable CA2100 // the names are the model's own, quoted
        command.CommandText = $"INSERT INTO {table.QuotedName} ({table.QuotedColumns}) VALUES ({string.Join(", ", names)})";
#pragma warning restore CA2100
        var parameters = names.Select(n => command.Parameters.Add(new SqliteParameter { ParameterName = n })).ToArray();
        long count = 0;
        await foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                parameters[i].Value = row[i] ?? DBNull.Value;
            }
            await command.ExecuteNonQueryAsync(stop);
            count++;
        }
        return count;
    }
}

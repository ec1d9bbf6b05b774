using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using AgentAuth.Server.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AgentAuth.Server.Commands.Rows;

/// <summary>
/// The rows of a database as they are at one moment, while others go on writing: a read transaction of SQLite's WAL, or PostgreSQL's
/// REPEATABLE READ.
/// </summary>
internal sealed class Snapshot : IAsyncDisposable
{
    private readonly AgentAuthDb _db;
    private readonly DbTransaction _transaction;
    private readonly IReadOnlyList<object?[]>? _protectionKeys;

    private Snapshot(AgentAuthDb db, DbTransaction transaction, IReadOnlyList<object?[]>? protectionKeys)
    {
        (_db, _transaction, _protectionKeys) = (db, transaction, protectionKeys);
        Tables = Table.AllOf(db);
    }

    public IReadOnlyList<Table> Tables { get; }

    /// <summary>
    /// The context stays the caller's, and looks into the snapshot until that ends. What lies as files beside SQLite is read after the
    /// moment, so that nothing sealed lacks its key.
    /// </summary>
    /// <exception cref="FormatException">There is no database, or it is older or newer than this program.</exception>
    public static async Task<Snapshot> TakeAsync(
        AgentAuthDb db, Func<Table, IReadOnlyList<object?[]>>? protectionKeys, CancellationToken stop)
    {
        await Schema.MustBeThisAsync(db, stop); // looks first, because opening SQLite makes a file
        await db.Database.OpenConnectionAsync(stop);
        var transaction = db.Database.GetDbConnection() switch
        {
            SqliteConnection sqlite => BeginReading(sqlite),
            var other => await other.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop),
        };
        await db.Database.UseTransactionAsync(transaction, stop);
        await Schema.MustBeThisAsync(db, stop); // the first read is the moment
        return new(db, transaction, protectionKeys?.Invoke(Table.ProtectionKeysOf(db)));
    }

    public async IAsyncEnumerable<object?[]> RowsAsync(Table table, [EnumeratorCancellation] CancellationToken stop)
    {
        if (_protectionKeys is not null && table.Name == Table.ProtectionKeysOf(_db).Name)
        {
            foreach (var row in _protectionKeys)
            {
                yield return row;
            }
            yield break;
        }
        await foreach (var row in ReadAsync(_db.Database.GetDbConnection(), _transaction, table, stop))
        {
            yield return row;
        }
    }

    /// <summary>In the order of the primary key, which is the same on both engines.</summary>
    public static async IAsyncEnumerable<object?[]> ReadAsync(
        DbConnection connection, DbTransaction transaction, Table table, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandTimeout = 0; // a large table is read for as long as it is written elsewhere
#pragma warning disable CA2100 // the names are the model's own, quoted
        command.CommandText =
            $"SELECT {table.QuotedColumns} FROM {table.QuotedName} ORDER BY {Order(table, connection is NpgsqlConnection)}";
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            yield return [.. table.Columns.Select((column, i) => Values.Read(reader, i, column.Kind))];
        }
    }

    /// <summary>Not the writer's turn, which BeginTransactionAsync would take.</summary>
    private static SqliteTransaction BeginReading(SqliteConnection connection) => connection.BeginTransaction(deferred: true);

    public async ValueTask DisposeAsync()
    {
        await _db.Database.UseTransactionAsync(null);
        await _transaction.DisposeAsync();
        await _db.Database.CloseConnectionAsync();
    }

    /// <summary>SQLite compares text by its bytes; PostgreSQL by a language, unless told.</summary>
    private static string Order(Table table, bool isPostgres) => string.Join(", ", table.Key.Select(name =>
        isPostgres && table.Columns[table.IndexOf(name)].Kind == ValueKind.Text
            ? $"{Table.Quote(name)} COLLATE \"C\""
            : Table.Quote(name)));
}

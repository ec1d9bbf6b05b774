using Microsoft.Data.Sqlite;

namespace AgentAuth.Server.Tokens.Rows;

/// <summary>One connection to SQLite with its statements prepared once; used by one caller at a time.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    public void Begin() => Do("BEGIN IMMEDIATE");

    public void Commit() => Do("COMMIT");

    public void Rollback()
    {
        // A full disk has undone the transaction already, and says so when asked to do it again.
        using var command = connection.CreateCommand();
        command.CommandText = "ROLLBACK";
        try
        {
            command.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // Nothing is left to undo.
        }
    }

    /// <returns>How many rows it changed.</returns>
    public int Do(string sql, params ReadOnlySpan<object?> values) => Prepared(sql, values).ExecuteNonQuery();

    public SqliteDataReader Read(string sql, params ReadOnlySpan<object?> values) => Prepared(sql, values).ExecuteReader();

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }
        connection.Dispose();
    }

    /// <summary>Parameters are <c>$1</c>, <c>$2</c> and so on, in order.</summary>
    private SqliteCommand Prepared(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this room
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            }
            command.Prepare();
            _prepared.Add(sql, command);
        }
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
        return command;
    }
}

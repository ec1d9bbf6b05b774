using AgentAuth.Server.Setup;
using Microsoft.Data.Sqlite;

namespace AgentAuth.Server.Commands;

/// <summary>A SQLite database as what it is to an operator: a file, and the two that SQLite keeps beside it.</summary>
internal static class SqliteFile
{
    private const int LockedOut = 5; // SQLITE_BUSY
    private const int PatienceSeconds = 2;

    private static readonly string[] Companions = ["-wal", "-shm"];

    public static string Of(ServerSettings settings) =>
        Path.GetFullPath(new SqliteConnectionStringBuilder(settings.ConnectionString).DataSource);

    public static string ConnectionTo(string path) => new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString;

    /// <summary>
    /// Opens it so that nobody else has it open, nor can open it meanwhile: what is read is all there will be.
    /// </summary>
    /// <exception cref="FormatException">It is not there, or a server has it open.</exception>
    public static async Task<SqliteConnection> OpenAloneAsync(string path, CancellationToken stop)
    {
        if (!File.Exists(path))
        {
            throw new FormatException($"There is no database at {path}. Say where the server keeps its data: --AgentAuth:DataPath=DIR");
        }
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = PatienceSeconds,
        }.ConnectionString);
        try
        {
            await connection.OpenAsync(stop);
            await using var command = connection.CreateCommand();
            // Before the first look into it: SQLite then takes the file for itself instead of sharing it.
            command.CommandText = "PRAGMA locking_mode=EXCLUSIVE";
            await command.ExecuteScalarAsync(stop);
            // A command of its own: what fails after a statement that answers is swallowed.
            command.CommandText = "BEGIN IMMEDIATE; COMMIT";
            await command.ExecuteNonQueryAsync(stop);
            return connection;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == LockedOut)
        {
            await connection.DisposeAsync();
            throw new FormatException($"A server has {path} open. Stop it first: what it wrote meanwhile would be lost.", failure);
        }
    }

    public static void Delete(string path)
    {
        foreach (var file in Companions.Select(c => path + c).Prepend(path))
        {
            File.Delete(file);
        }
    }

    /// <summary>The database first: without it the files beside it mean nothing, but without them it would be an older one.</summary>
    public static void Rename(string path, string to)
    {
        Delete(to);
        File.Move(path, to);
        foreach (var companion in Companions.Where(c => File.Exists(path + c)))
        {
            File.Move(path + companion, to + companion);
        }
    }
}

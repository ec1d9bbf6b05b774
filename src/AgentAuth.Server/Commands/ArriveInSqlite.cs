using AgentAuth.Server.Commands.Rows;
using AgentAuth.Server.Setup;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Commands;

/// <summary>Made as a file beside its place, and renamed into it when everything is in and on disk.</summary>
internal sealed class ArriveInSqlite : Arrival
{
    private const int Damaged = 11; // SQLITE_CORRUPT
    private const int NoDatabase = 26; // SQLITE_NOTADB

    private readonly string _path;
    private readonly string _keys;
    private readonly bool _replaces;
    private readonly SqliteConnection? _replaced;

    private ArriveInSqlite(string path, string keys, bool replaces, SqliteConnection? replaced)
#pragma warning disable CA2000 // the arrival's own, which disposes of it
        : base(CommandDatabase.Sqlite(SqliteFile.ConnectionTo(Beside(path)))) =>
#pragma warning restore CA2000
        (_path, _keys, _replaces, _replaced) = (path, keys, replaces, replaced);

    public override string Remark => _replaces ? $" The database that was here is kept as {Before(_path)}." : "";

    /// <exception cref="FormatException">There is a database, and nobody said to replace it; or a server has it open.</exception>
    public static async Task<Arrival> BeginAsync(Errand errand)
    {
        var (settings, path) = (errand.Server, SqliteFile.Of(errand.Server));
        var replaces = File.Exists(path);
        if (replaces && !errand.Has(Restore.Replace))
        {
            throw new FormatException($"There is a database at {path} already. To put the backup in its place say {Restore.Replace}.");
        }
        DatabaseSetup.CreatePrivateFolder(settings.DataPath);
        var replaced = replaces ? await HoldAsync(path, errand.Stop) : null;
        SqliteFile.Delete(Beside(path));
        return new ArriveInSqlite(path, KeySetup.FolderOf(settings), replaces, replaced);
    }

    public override Task RowsAreInAsync(CancellationToken stop) => Db.Database.CommitTransactionAsync(stop);

    public override async Task FinishAsync(CancellationToken stop)
    {
        await Db.Database.CloseConnectionAsync(); // the last to close it: all of it is in one file then
        await Db.DisposeAsync();
        PrivateFile.ToDisk(Beside(_path));
        Keys.SaveTo(_keys);
        if (_replaced is not null)
        {
            await _replaced.DisposeAsync();
        }
        if (_replaces)
        {
            SqliteFile.Rename(_path, Before(_path));
        }
        SqliteFile.Rename(Beside(_path), _path);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_replaced is not null)
        {
            await _replaced.DisposeAsync();
        }
        SqliteFile.Delete(Beside(_path));
    }

    private static string Beside(string path) => path + DatabaseSetup.Restoring;

    private static string Before(string path) => path + DatabaseSetup.BeforeRestore;

    /// <summary>Null when it is so damaged that no server can have it open.</summary>
    private static async Task<SqliteConnection?> HoldAsync(string path, CancellationToken stop)
    {
        try
        {
            return await SqliteFile.OpenAloneAsync(path, stop);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is Damaged or NoDatabase)
        {
            return null;
        }
    }
}

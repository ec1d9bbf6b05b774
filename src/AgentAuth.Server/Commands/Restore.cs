using AgentAuth.Server.Commands.Backups;
using AgentAuth.Server.Commands.Rows;
using AgentAuth.Server.Model;
using AgentAuth.Server.Setup;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace AgentAuth.Server.Commands;

/// <summary>
/// <c>restore FILE</c>: a backup of either engine onto an empty host of either. All of it or nothing, and nothing that was issued before
/// lives again.
/// </summary>
internal static class Restore
{
    public const string Replace = "--replace";

    private const string AsItWas = "What was changed after the backup was made is again as it was then: passwords, client secrets, roles, "
        + "who is disabled or blocked, what was registered or removed, and the audit record. Look through the console before you let "
        + "people in. Everyone signs in again, and every agent is allowed again by whom it acts for.";

    public static async Task RunAsync(Errand errand)
    {
        var since = errand.Clock.GetTimestamp();
        var file = Path.GetFullPath(errand.Words[0]);
        if (!File.Exists(file))
        {
            throw new FormatException($"There is no file {file}.");
        }
        var passphrase = await Passphrase.OfAsync(errand);
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        BackupKey.Open(passphrase, stream); // a wrong passphrase is told before anything is looked at
        stream.Position = 0;
        var arriving = errand.Server.Database == DatabaseProvider.Postgres
            ? await ArriveInPostgres.BeginAsync(errand)
            : await ArriveInSqlite.BeginAsync(errand);
        await using (arriving)
        {
            var (manifest, rows) = await FillAsync(arriving.Db, stream, passphrase, arriving.Keys, errand);
            await arriving.RowsAreInAsync(errand.Stop);
            await arriving.Db.Database.MigrateAsync(errand.Stop);
            var ended = await EndEverything.RunAsync(
                arriving.Db, arriving.Keys.Mint(errand.Clock), manifest.MadeAt, errand.Clock, errand.Stop);
            await arriving.FinishAsync(errand.Stop);
            await errand.SayTableAsync(["table", "rows"], rows);
            await errand.SayTableAsync(["ended", "rows"], ended);
            await errand.SayAsync($"The server is as it was on {manifest.MadeAt:u} ({manifest.Engine}), after "
                + $"{errand.Clock.GetElapsedTime(since).TotalSeconds:F1} seconds. {AsItWas}{arriving.Remark}");
        }
    }

    private static async Task<(Manifest, List<(string, long[])>)> FillAsync(
        AgentAuthDb db, Stream file, string passphrase, ProtectionKeys keys, Errand errand)
    {
        var (made, rows) = (default(Manifest), new List<(string, long[])>());
        await BackupFile.ReadAsync(
            file,
            passphrase,
            manifest => MakeTablesAsync(db, made = manifest, errand.Stop),
            async (table, values) => rows.Add((table.Name, [await TakeAsync(db, keys, table, values, errand.Stop)])));
        return keys.Count > 0
            ? (made!, rows)
            : throw new InvalidDataException("The backup holds no data protection keys; nothing was restored.");
    }

    /// <summary>As they were when the backup was made; what came since is applied to the rows afterwards.</summary>
    private static async Task MakeTablesAsync(AgentAuthDb db, Manifest manifest, CancellationToken stop)
    {
        var known = Schema.MigrationsOf(db);
        if (!manifest.Migrations.SequenceEqual(known.Take(manifest.Migrations.Count), StringComparer.Ordinal))
        {
            throw new FormatException($"The backup was made by a newer program: this one does not know {manifest.Migrations[^1]}. "
                + "Restore it with the program that made it, or a newer one.");
        }
        await db.Database.MigrateAsync(db.Database.GetMigrations().ElementAt(manifest.Migrations.Count - 1), stop);
        // One transaction for all rows on SQLite, where the file is not in its place yet; PostgreSQL is in one already.
        if (db.Database.CurrentTransaction is null)
        {
            await db.Database.BeginTransactionAsync(stop);
        }
    }

    private static async Task<long> TakeAsync(
        AgentAuthDb db, ProtectionKeys keys, Table table, IAsyncEnumerable<object?[]> rows, CancellationToken stop)
    {
        var isKeys = table.Name == Table.ProtectionKeysOf(db).Name;
        if (isKeys && db is SqliteDb)
        {
            return await keys.TakeAllAsync(table, rows).LongCountAsync(stop);
        }
        return await RowSink.WriteAsync(
            db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), table,
            isKeys ? keys.TakeAllAsync(table, rows) : rows, stop);
    }
}

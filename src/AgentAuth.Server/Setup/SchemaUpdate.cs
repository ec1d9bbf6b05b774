using System.Data.Common;
using AgentAuth.Server.Model;
using AgentAuth.Server.Model.Migrations;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace AgentAuth.Server.Setup;

/// <summary>
/// Brings a database to this program's tables, one process at a time, and refuses one that a newer program made. The turn is held by the
/// operating system or by a connection, so that a process killed in the middle leaves nothing behind that the next one would wait for.
/// </summary>
internal static class SchemaUpdate
{
    /// <summary>How long one statement may take, and how long to wait for another process that migrates.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const long PostgresTurn = 0x4167_656E_7441_7574; // one number of ours for pg_advisory_lock

    /// <summary>What the system says of a file that another process holds; a folder that cannot be written is another thing.</summary>
    private const int HeldOnUnix = 11; // EWOULDBLOCK
    private const int HeldOnMac = 35;
    private const int HeldOnWindows = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <returns>The migrations applied, by name; none when it was all there or another process did it.</returns>
    /// <exception cref="FormatException">The database is newer than this program.</exception>
    /// <exception cref="NotNowException">Another process does not end.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(AgentAuthDb db, Action waiting, CancellationToken stop)
    {
        if ((await PendingAsync(db, stop)).Count == 0)
        {
            return [];
        }
        var usual = db.Database.GetCommandTimeout();
        db.Database.SetCommandTimeout(Patience);
        try
        {
            await using var turn = await TakeTurnAsync(db, waiting, stop);
            var pending = await PendingAsync(db, stop);
            if (pending.Count > 0)
            {
                await db.Database.MigrateAsync(stop);
            }
            return [.. pending.Select(NameOf)];
        }
        finally
        {
            db.Database.SetCommandTimeout(usual);
        }
    }

    public static string NewestOf(AgentAuthDb db) => NameOf(KnownMigrations.Of(db)[^1]);

    /// <summary>What both databases call a migration: its file's name without the date.</summary>
    public static string NameOf(string migration) => migration[(migration.IndexOf('_', StringComparison.Ordinal) + 1)..];

    /// <exception cref="FormatException">The database is newer than this program.</exception>
    public static async Task<IReadOnlyList<string>> PendingAsync(AgentAuthDb db, CancellationToken stop)
    {
        var known = KnownMigrations.Of(db);
        var applied = await AppliedMigrations.OfAsync(db, stop);
        var unknown = applied.Except(known, StringComparer.Ordinal).ToList();
        return unknown.Count == 0
            ? [.. known.Except(applied, StringComparer.Ordinal)]
            : throw new FormatException($"The database is newer than this program: a newer one applied {NameOf(unknown[^1])}. "
                + "Start the newer program, or restore a backup from before into an empty database.");
    }

    private static async Task<IAsyncDisposable> TakeTurnAsync(AgentAuthDb db, Action waiting, CancellationToken stop)
    {
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(stop))
        {
            await creator.CreateAsync(stop);
        }
        var since = TimeProvider.System.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            if (await TryTakeTurnAsync(db, stop) is { } turn)
            {
                return turn;
            }
            if (TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                throw new NotNowException($"Another process has been migrating this database for {Patience.TotalMinutes} minutes. "
                    + "Start again when it is done, or end it.");
            }
            if (isFirst)
            {
                waiting();
            }
            await Task.Delay(Pause, TimeProvider.System, stop);
        }
    }

    private static Task<IAsyncDisposable?> TryTakeTurnAsync(AgentAuthDb db, CancellationToken stop) =>
        db.Database.GetDbConnection() is NpgsqlConnection ? TryTakePostgresTurnAsync(db, stop) : TryTakeSqliteTurnAsync(db, stop);

    private static async Task<IAsyncDisposable?> TryTakePostgresTurnAsync(AgentAuthDb db, CancellationToken stop)
    {
        await db.Database.OpenConnectionAsync(stop);
        if (await db.Database.SqlQuery<bool>($"""SELECT pg_try_advisory_lock({PostgresTurn}) AS "Value" """).SingleAsync(stop))
        {
            return new PostgresLock(db);
        }
        await db.Database.CloseConnectionAsync();
        return null;
    }

    private static async Task<IAsyncDisposable?> TryTakeSqliteTurnAsync(AgentAuthDb db, CancellationToken stop)
    {
        var file = new SqliteConnectionStringBuilder(db.Database.GetConnectionString()).DataSource;
#pragma warning disable CA2000 // the turn is the caller's to end
        FileStream turn;
        try
        {
            turn = new FileStream(file + "-migrating", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure.HResult is HeldOnUnix or HeldOnMac or HeldOnWindows)
        {
            return null;
        }
#pragma warning restore CA2000
        // EF's own lock is a row, and stays when its process is killed; nobody else can be at it now.
        await db.Database.ExecuteSqlAsync($"""DROP TABLE IF EXISTS "__EFMigrationsLock" """, stop);
        return turn;
    }

    private sealed class PostgresLock(AgentAuthDb db) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({PostgresTurn})");
            }
            catch (DbException)
            {
                NpgsqlConnection.ClearPool((NpgsqlConnection)db.Database.GetDbConnection()); // the turn ends with the session
                throw;
            }
            finally
            {
                await db.Database.CloseConnectionAsync();
            }
        }
    }
}

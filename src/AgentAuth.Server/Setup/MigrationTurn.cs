using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Setup;

/// <summary>
/// One process at a time changes the schema. PostgreSQL's own lock ends with the connection; EF's on SQLite is a row, which a process that
/// was killed leaves behind for ever, and every later start would wait for it. There a locked file stands before it, whose lock the
/// operating system takes away from the dead: who has that may remove the row.
/// </summary>
internal static class MigrationTurn
{
    private const int UnixHeld = 11; // EWOULDBLOCK
    private const int WindowsHeld = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<IDisposable?> TakeAsync(AgentAuthDb db, CancellationToken stop)
    {
        if (!db.Database.IsSqlite() || Path.GetDirectoryName(db.Database.GetDbConnection().DataSource) is not { Length: > 0 } folder)
        {
            return null;
        }
        var turn = await LockAsync(Path.Combine(folder, "migrating.lock"), stop);
        try
        {
            await ForgetTheDeadAsync(db, stop);
            return turn;
        }
        catch
        {
            await turn.DisposeAsync();
            throw;
        }
    }

    private static async Task<FileStream> LockAsync(string file, CancellationToken stop)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException held) when (held.HResult is UnixHeld or WindowsHeld && waited < Patience)
            {
                await Task.Delay(Pause, TimeProvider.System, stop);
            }
        }
    }

    private static async Task ForgetTheDeadAsync(AgentAuthDb db, CancellationToken stop)
    {
        const string exists = "SELECT COUNT(*) AS Value FROM sqlite_master WHERE name = '__EFMigrationsLock'";
        if (File.Exists(db.Database.GetDbConnection().DataSource) && await db.Database.SqlQueryRaw<int>(exists).SingleAsync(stop) > 0)
        {
            await db.Database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsLock\"", stop);
        }
    }
}

using System.Data.Common;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AgentAuth.Server.Setup;

/// <summary>
/// The migrations that the database does not have yet. To find out that there are none, which is so at nearly every start, EF would first
/// shape its whole model a second time; one look into the history table says the same.
/// </summary>
internal static class PendingMigrations
{
    public static async Task ApplyAsync(AgentAuthDb db, CancellationToken stop)
    {
        if (!await AreAllAppliedAsync(db, stop))
        {
            await db.Database.MigrateAsync(stop);
        }
    }

    private static async Task<bool> AreAllAppliedAsync(AgentAuthDb db, CancellationToken stop)
    {
        var missing = db.GetService<IMigrationsAssembly>().Migrations.Keys.ToHashSet(StringComparer.Ordinal);
        try
        {
            await db.Database.OpenConnectionAsync(stop);
            await using var history = db.Database.GetDbConnection().CreateCommand();
            history.CommandText = $"SELECT \"MigrationId\" FROM \"{HistoryRepository.DefaultTableName}\"";
            await using var rows = await history.ExecuteReaderAsync(stop);
            while (await rows.ReadAsync(stop))
            {
                missing.Remove(rows.GetString(0));
            }
            return missing.Count == 0;
        }
        catch (DbException)
        {
            return false; // no history, or no database at all: EF makes them, or says what is wrong
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}

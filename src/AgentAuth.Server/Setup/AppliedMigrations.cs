using System.Data.Common;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AgentAuth.Server.Setup;

/// <summary>
/// The migrations a database has. To say so EF would first shape its whole model a second time, at every start; one look into the history
/// table says the same.
/// </summary>
internal static class AppliedMigrations
{
    public static async Task<List<string>> OfAsync(AgentAuthDb db, CancellationToken stop)
    {
        if (db.Database.CurrentTransaction is not null)
        {
            return [.. await db.Database.GetAppliedMigrationsAsync(stop)]; // a look that fails would end it
        }
        var applied = new List<string>();
        try
        {
            await db.Database.OpenConnectionAsync(stop);
            await using var history = db.Database.GetDbConnection().CreateCommand();
            history.CommandText = $"SELECT \"MigrationId\" FROM \"{HistoryRepository.DefaultTableName}\"";
            await using var rows = await history.ExecuteReaderAsync(stop);
            while (await rows.ReadAsync(stop))
            {
                applied.Add(rows.GetString(0));
            }
            return applied;
        }
        catch (DbException)
        {
            // No history, or no database at all: EF makes them, or says what is wrong.
            return [.. await db.Database.GetAppliedMigrationsAsync(stop)];
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}

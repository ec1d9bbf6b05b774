using AgentAuth.Server.Commands.Rows;
using AgentAuth.Server.Model;
using AgentAuth.Server.Setup;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace AgentAuth.Server.Commands;

/// <summary>One transaction: what was there goes, tables and rows come, and whoever looks sees the one or the other.</summary>
internal sealed class ArriveInPostgres : Arrival
{
    private ArriveInPostgres(AgentAuthDb db)
        : base(db)
    {
    }

    /// <exception cref="FormatException">There is an installation, and nobody said to replace it; or a server has it open.</exception>
    public static async Task<Arrival> BeginAsync(Errand errand)
    {
        var stop = errand.Stop;
#pragma warning disable CA2000 // handed on to the arrival, which disposes of it
        var db = CommandDatabase.Postgres(errand.Server.ConnectionString);
#pragma warning restore CA2000
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(stop))
        {
            await creator.CreateAsync(stop);
        }
        // First, and again when all is gone: inside a transaction to look for a table that is not there ends it.
        var history = db.GetService<IHistoryRepository>();
        await history.CreateIfNotExistsAsync(stop);
        await db.Database.BeginTransactionAsync(stop);
        var pending = await SchemaUpdate.PendingAsync(db, stop);
        if (pending.Count < db.Database.GetMigrations().Count())
        {
            await db.Database.MigrateAsync(stop); // an older one first gets all the tables that are then to go
            await MustBeReplaceableAsync(db, errand);
            await DropAsync(db, stop);
            await history.CreateIfNotExistsAsync(stop);
        }
        return new ArriveInPostgres(db);
    }

    public override Task RowsAreInAsync(CancellationToken stop) => Task.CompletedTask;

    public override async Task FinishAsync(CancellationToken stop)
    {
        Db.AddRange(Keys.Made);
        await Db.SaveChangesAsync(stop);
        await Db.Database.CommitTransactionAsync(stop);
    }

    private static async Task MustBeReplaceableAsync(AgentAuthDb db, Errand errand)
    {
        if (!await HasRowsAsync(db, errand.Stop))
        {
            return;
        }
        if (!errand.Has(Restore.Replace))
        {
            throw new FormatException("The PostgreSQL database is not empty. To put the backup in the place of what is there say "
                + $"{Restore.Replace}, or name a new database in ConnectionStrings:AgentAuth.");
        }
        var others = await db.Database.SqlQuery<int>($"""
            SELECT count(*)::int AS "Value" FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND application_name <> {CommandDatabase.Name}
            """).SingleAsync(errand.Stop);
        if (others > 0)
        {
            throw new FormatException($"{others} other connections to the PostgreSQL database are open. Stop every server first.");
        }
    }

    private static Task<bool> HasRowsAsync(AgentAuthDb db, CancellationToken stop)
    {
        var queries = Table.AllOf(db).Select(t => $"EXISTS (SELECT 1 FROM {t.QuotedName})");
#pragma warning disable EF1002 // the names are the model's own, quoted
        return db.Database.SqlQueryRaw<bool>($"SELECT {string.Join(" OR ", queries)} AS \"Value\"").SingleAsync(stop);
#pragma warning restore EF1002
    }

    private static async Task DropAsync(AgentAuthDb db, CancellationToken stop)
    {
        var tables = Table.AllOf(db).Select(t => t.QuotedName).Append(Table.Quote("__EFMigrationsHistory"));
#pragma warning disable EF1002 // the names are the model's own, quoted
        await db.Database.ExecuteSqlRawAsync($"DROP TABLE {string.Join(", ", tables)} CASCADE", stop);
#pragma warning restore EF1002
    }
}

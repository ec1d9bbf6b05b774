using AgentAuth.Server.Commands.Rows;
using AgentAuth.Server.Model;
using AgentAuth.Server.Setup;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AgentAuth.Server.Tests.Support;

/// <summary>
/// A store as an earlier version left it: the tables of an earlier migration, holding what a server of today wrote as far as they have
/// columns for it.
/// </summary>
internal static class OlderStore
{
    public static async Task<Store> OfAsync(Store today, string migration)
    {
        var older = await Template.EmptyAsync();
        CopyKeys(today, older);
        await using var from = Open(today);
        await using var to = Open(older);
        await to.GetService<IMigrator>().MigrateAsync(to.Database.GetMigrations().Single(m => SchemaUpdate.NameOf(m) == migration));
        await from.Database.OpenConnectionAsync();
        await to.Database.OpenConnectionAsync();
        await using var reading = await from.Database.GetDbConnection().BeginTransactionAsync();
        await using var writing = await to.Database.GetDbConnection().BeginTransactionAsync();
        foreach (var table in Table.AllOf(from))
        {
            var columns = await ColumnsAsync(to, table.Name);
            var then = table with { Columns = [.. table.Columns.Where(c => columns.Contains(c.Name, StringComparer.Ordinal))] };
            if (then.Columns.Count > 0)
            {
                var rows = Snapshot.ReadAsync(from.Database.GetDbConnection(), reading, then, default);
                await RowSink.WriteAsync(to.Database.GetDbConnection(), writing, then, rows, default);
            }
        }
        await writing.CommitAsync();
        return older;
    }

    private static AgentAuthDb Open(Store store) => Template.IsPostgres
        ? CommandDatabase.Postgres(Template.ConnectionTo(store.Database))
        : CommandDatabase.Sqlite($"Data Source={Path.Combine(store.Folder, "agentauth.db")}");

    private static Task<List<string>> ColumnsAsync(AgentAuthDb db, string table) => Template.IsPostgres
        ? db.Database.SqlQuery<string>(
            $"""SELECT column_name AS "Value" FROM information_schema.columns WHERE table_name = {table}""").ToListAsync()
        : db.Database.SqlQuery<string>($"""SELECT name AS "Value" FROM pragma_table_info({table})""").ToListAsync();

    private static void CopyKeys(Store from, Store to)
    {
        var keys = new DirectoryInfo(Path.Combine(from.Folder, "keys"));
        if (keys.Exists)
        {
            var target = Directory.CreateDirectory(Path.Combine(to.Folder, "keys"));
            foreach (var key in keys.GetFiles())
            {
                key.CopyTo(Path.Combine(target.FullName, key.Name));
            }
        }
    }
}

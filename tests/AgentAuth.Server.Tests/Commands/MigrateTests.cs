using AgentAuth.Server.Model;
using AgentAuth.Server.Setup;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AgentAuth.Server.Tests.Commands;

/// <summary>A database becomes this program's, once, whoever comes first, or is left alone.</summary>
public sealed class MigrateTests
{
    private const int Kills = 3;

    [Fact]
    public async Task It_says_what_it_did_and_then_that_there_is_nothing_to_do()
    {
        var store = await Template.EmptyAsync();

        var first = await Operator.RunAsync(store, "migrate");
        var second = await Operator.RunHereAsync(store, "migrate");

        Assert.Equal((0, ""), (first.Code, first.Complained));
        Assert.StartsWith("Applied Start", first.Said, StringComparison.Ordinal);
        Assert.StartsWith("Nothing to do", second.Said, StringComparison.Ordinal);
        await using var server = AuthServer.StartOn(store);
        Assert.True(await server.LookAsync(db => db.SigningKeys.AnyAsync()));
    }

    [Fact]
    public async Task Of_two_at_once_one_migrates_and_the_other_waits()
    {
        var store = await Template.EmptyAsync();

        var both = await Task.WhenAll(Operator.RunAsync(store, "migrate"), Operator.RunAsync(store, "migrate"));

        Assert.All(both, one => Assert.Equal((0, ""), (one.Code, one.Complained)));
        Assert.Single(both, one => one.Said.Contains("Applied Start", StringComparison.Ordinal));
        Assert.Single(both, one => one.Said.Contains("Nothing to do", StringComparison.Ordinal));
        await Template.DropAsync(store);
    }

    [Fact]
    public async Task Two_nodes_that_start_at_once_on_an_empty_database_both_serve()
    {
        var store = await Template.EmptyAsync();
        var nodes = await Task.WhenAll(
            Task.Run(() => AuthServer.StartOn(store, ownsStore: false)), Task.Run(() => AuthServer.StartOn(store, ownsStore: false)));

        foreach (var node in nodes)
        {
            Assert.Equal("ready", await node.Http().GetStringAsync("/health/ready"));
        }
        Assert.Equal(3, await nodes[0].LookAsync(db => db.SigningKeys.CountAsync())); // one signs tokens, one receipts, one seals
        await nodes[0].DisposeAsync();
        await nodes[1].DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await Template.DropAsync(store);
    }

    [Fact]
    public async Task A_database_that_a_newer_program_made_is_refused_in_one_line_by_every_command_and_by_the_server()
    {
        await using var server = await AuthServer.StartAsync();
        var file = await Operator.BackUpAsync(server.Store);
        await server.ChangeAsync(db => db.Database.ExecuteSqlAsync(
            $"""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('29990101000000_Tomorrow', '99.0.0')"""));

        (int Code, string Said, string Complained)[] answers =
        [
            await Operator.RunAsync(server.Store), // the server
            await Operator.RunHereAsync(server.Store, "migrate"),
            await Operator.RunSealedAsync(server.Store, ["backup", file + "2"]),
            await Operator.RunHereAsync(server.Store, "prune"),
            await Operator.RunHereAsync(server.Store, "keys", "rotate"),
        ];

        Assert.All(answers, answer => Assert.Equal((2, ""), (answer.Code, answer.Said)));
        Assert.All(answers, answer => Assert.Contains(
            "newer than this program: a newer one applied Tomorrow", answer.Complained, StringComparison.Ordinal));
        Assert.All(answers, answer => Assert.Single(answer.Complained.TrimEnd().Split('\n')));
    }

    [Fact]
    public async Task What_a_killed_migration_left_behind_does_not_hold_up_the_next_start()
    {
        Assert.SkipWhen(Template.IsPostgres, "There the lock goes with its connection.");
        var store = await Template.EmptyAsync();
        await using (var db = new SqliteDb(new DbContextOptionsBuilder<SqliteDb>()
            .UseSqlite($"Data Source={Path.Combine(store.Folder, "agentauth.db")};Pooling=false").Options))
        {
            await db.Database.ExecuteSqlAsync(
                $"""CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL)""");
            await db.Database.ExecuteSqlAsync($"""INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00')""");
        }

        await using var server = AuthServer.StartOn(store);

        Assert.Equal("ready", await server.Http().GetStringAsync("/health/ready"));
    }

    [Fact]
    public async Task One_that_is_killed_in_the_middle_is_completed_by_the_next()
    {
        var store = await Template.EmptyAsync();
        for (var round = 0; round < Kills; round++)
        {
            await Operator.KillAsync(store, () => IsMigratingAsync(store), "migrate");
        }

        var (code, _, complained) = await Operator.RunHereAsync(store, "migrate");
        await using var server = AuthServer.StartOn(store);

        Assert.Equal((0, ""), (code, complained));
        Assert.Equal("ready", await server.Http().GetStringAsync("/health/ready"));
    }

    /// <summary>Whether somebody has taken the turn: from here on every statement may be the last.</summary>
    private static async Task<bool> IsMigratingAsync(Store store)
    {
        if (!Template.IsPostgres)
        {
            return File.Exists(Path.Combine(store.Folder, "agentauth.db-migrating"));
        }
        await using var connection = new NpgsqlConnection(Template.ConnectionTo(store.Database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            + "WHERE l.locktype = 'advisory' AND d.datname = current_database())", connection);
        return await command.ExecuteScalarAsync() is true;
    }

    [Fact]
    public async Task Each_migration_has_one_name_on_both_engines()
    {
        await using var sqlite = new SqliteDbFactory().CreateDbContext([]);
        await using var postgres = new PostgresDbFactory().CreateDbContext([]);

        Assert.Equal(
            sqlite.Database.GetMigrations().Select(SchemaUpdate.NameOf), postgres.Database.GetMigrations().Select(SchemaUpdate.NameOf));
    }
}

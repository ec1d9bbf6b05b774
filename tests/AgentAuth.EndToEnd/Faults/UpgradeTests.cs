using System.Security.Cryptography;
using AgentAuth.EndToEnd.Support;
using Microsoft.Data.Sqlite;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>R10: nodes that start together on an empty database; a start that is killed while it makes the schema.</summary>
public sealed class UpgradeTests(PostgresCluster postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Two_nodes_that_start_at_once_on_an_empty_PostgreSQL_both_serve()
    {
        for (var round = 0; round < Extent.Of(1, 20); round++)
        {
            var arguments = ProductProcess.OnPostgres(await postgres.DatabaseAsync());
            await using var a = ProductProcess.Start(arguments);
            await using var b = ProductProcess.Start(arguments);

            await a.IsReadyAsync(Patience);
            await b.IsReadyAsync(Patience);

            Assert.Equal(await a.KeysAsync(), await b.KeysAsync());
        }
    }

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task A_first_start_that_is_killed_is_completed_by_the_next(string database)
    {
        var kills = Extent.Of(2, 20);
        for (var kill = 0; kill < kills; kill++)
        {
            using var folder = new TemporaryFolder();
            var arguments = database == "SQLite"
                ? ProductProcess.OnSqlite(folder.Path) : ProductProcess.OnPostgres(await postgres.DatabaseAsync());
            await using (var first = ProductProcess.Start(arguments))
            {
                await Task.Delay(RandomNumberGenerator.GetInt32(600, 2_000), TestContext.Current.CancellationToken);
                first.Kill();
            }

            await using var next = ProductProcess.Start(arguments);
            await next.IsReadyAsync(Patience);
        }
    }

    [Fact]
    public async Task A_start_that_was_killed_in_the_middle_of_a_migration_does_not_stop_the_next()
    {
        using var folder = new TemporaryFolder();
        var arguments = ProductProcess.OnSqlite(folder.Path);
        await using (var first = ProductProcess.Start(arguments))
        {
            await first.IsReadyAsync(Patience);
            first.Kill();
        }

        await using (var database = new SqliteConnection($"Data Source={Path.Combine(folder.Path, "agentauth.db")};Pooling=false"))
        {
            await database.OpenAsync(TestContext.Current.CancellationToken);
            await using var leave = database.CreateCommand();
            leave.CommandText = """
                CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT OR IGNORE INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00');
                """;
            await leave.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var next = ProductProcess.Start(arguments);
        await next.IsReadyAsync(TimeSpan.FromSeconds(20));
    }
}

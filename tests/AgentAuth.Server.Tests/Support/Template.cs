using AgentAuth.Demo;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentAuth.Server.Tests.Support;

/// <summary>
/// A store with the demo's people, resources and clients, made once and copied for each test: every test has a whole server to itself, and
/// pays for a file copy. The database is SQLite, or PostgreSQL when the environment says so.
/// </summary>
internal static class Template
{
    public const string McpUrl = "http://localhost:5200";

    private static readonly Lazy<Task<Store>> Made = new(MakeAsync);

    public static bool IsPostgres => Environment.GetEnvironmentVariable("AGENTAUTH_TEST_DATABASE") == "Postgres";

    private static string AdminConnection => Environment.GetEnvironmentVariable("AGENTAUTH_TEST_POSTGRES")
        ?? throw new InvalidOperationException(
            "AGENTAUTH_TEST_DATABASE=Postgres needs AGENTAUTH_TEST_POSTGRES, a connection string that may create databases.");

    public static async Task<Store> CopyAsync()
    {
        var template = await Made.Value;
        var copy = Store.New();
        if (IsPostgres)
        {
            // By its files: to write them into the log first costs three times as much.
            await ExecuteAsync($"CREATE DATABASE \"{copy.Database}\" TEMPLATE \"{template.Database}\" STRATEGY FILE_COPY");
            return copy;
        }
        Directory.CreateDirectory(Path.Combine(copy.Folder, "keys"));
        File.Copy(Path.Combine(template.Folder, "agentauth.db"), Path.Combine(copy.Folder, "agentauth.db"));
        foreach (var key in Directory.GetFiles(Path.Combine(template.Folder, "keys")))
        {
            File.Copy(key, Path.Combine(copy.Folder, "keys", Path.GetFileName(key)));
        }
        return copy;
    }

    public static async Task<Store> EmptyAsync()
    {
        var store = Store.New();
        if (IsPostgres)
        {
            await ExecuteAsync($"CREATE DATABASE \"{store.Database}\"");
        }
        return store;
    }

    public static async Task DropAsync(Store store)
    {
        if (IsPostgres)
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS \"{store.Database}\" WITH (FORCE)");
        }
        if (Directory.Exists(store.Folder))
        {
            Directory.Delete(store.Folder, recursive: true);
        }
    }

    private static async Task<Store> MakeAsync()
    {
        var store = await EmptyAsync();
        var thrift = Thrift.Made();
        await using (var server = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            store.Configure(host);
            host.ConfigureTestServices(thrift);
        }))
        {
            await DemoSeed.PlantAsync(server.Services, McpUrl);
        }
        SqliteConnection.ClearAllPools();
        NpgsqlConnection.ClearAllPools();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(store.Folder, recursive: true);
        return store;
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(AdminConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    internal static string ConnectionTo(string database) =>
        new NpgsqlConnectionStringBuilder(AdminConnection) { Database = database }.ConnectionString;
}

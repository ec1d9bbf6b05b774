using AgentAuth.Server.Model;
using AgentAuth.Server.Setup;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace AgentAuth.Server.Commands.Rows;

/// <summary>A database as a command opens it: no pool that would keep files open, and statements may take long.</summary>
internal static class CommandDatabase
{
    /// <summary>What a command is called in PostgreSQL's list of who is connected.</summary>
    public const string Name = "agentauth command";

    private static readonly int LongestSeconds = (int)SchemaUpdate.Patience.TotalSeconds;

    public static AgentAuthDb Open(ServerSettings settings) =>
        settings.Database == DatabaseProvider.Postgres ? Postgres(settings.ConnectionString) : Sqlite(settings.ConnectionString);

    public static SqliteDb Sqlite(string connection)
    {
        var unpooled = new SqliteConnectionStringBuilder(connection) { Pooling = false }.ConnectionString;
        return new(Shaped(new DbContextOptionsBuilder<SqliteDb>()
            .UseSqlite(unpooled, s => s.CommandTimeout(LongestSeconds))
            .AddInterceptors(new SqliteDurability())).Options);
    }

    /// <summary>The connection is the caller's, who opened it in a special way.</summary>
    public static SqliteDb Sqlite(SqliteConnection connection) =>
        new(Shaped(new DbContextOptionsBuilder<SqliteDb>().UseSqlite(connection, s => s.CommandTimeout(LongestSeconds))).Options);

    public static PostgresDb Postgres(string connection)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connection)
        {
            Pooling = false,
            ApplicationName = Name,
            HostRecheckSeconds = 1, // nobody watches for the primary here: each attempt asks again
        }.ConnectionString;
        return new(Shaped(new DbContextOptionsBuilder<PostgresDb>().UseNpgsql(unpooled, p => p.CommandTimeout(LongestSeconds))).Options);
    }

    /// <summary>The engine's name, for people.</summary>
    public static string EngineOf(AgentAuthDb db) => db is PostgresDb ? "PostgreSQL" : "SQLite";

    private static DbContextOptionsBuilder<T> Shaped<T>(DbContextOptionsBuilder<T> options)
        where T : DbContext => options.ConfigureWarnings(w => w.Ignore(RelationalEventId.MigrationsUserTransactionWarning));
}

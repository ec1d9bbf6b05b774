using System.Data.Common;
using AgentAuth.Server.Specs;
using Microsoft.Data.Sqlite;

namespace AgentAuth.Server.Setup;

internal enum DatabaseProvider
{
    Sqlite = 0,
    Postgres = 1,
}

/// <summary>What the operator sets, read once at start. What is unsafe stops the start with the line that mends it.</summary>
internal sealed class ServerSettings
{
    public const string DefaultIssuer = "http://localhost:5100";

    private const string Provider = "AgentAuth:Database:Provider";
    private const string Synchronously = "AgentAuth:Database:Synchronous";
    private const string PasswordFile = "AgentAuth:Database:PasswordFile";

    public required Issuer Issuer { get; init; }

    public required string DataPath { get; init; }

    public required DatabaseProvider Database { get; init; }

    public required string ConnectionString { get; init; }

    public SqliteSynchronous Synchronous { get; init; }

    public required bool RateLimits { get; init; }

    public static ServerSettings Read(IConfiguration configuration)
    {
        var issuer = configuration["AgentAuth:Issuer"] ?? DefaultIssuer;
        var dataPath = Path.GetFullPath(configuration["AgentAuth:DataPath"] ?? DefaultDataPath());
        var provider = ProviderOf(configuration[Provider]);
        var connection = configuration.GetConnectionString("AgentAuth");
        if (provider == DatabaseProvider.Postgres && string.IsNullOrEmpty(connection))
        {
            throw new FormatException("AgentAuth:Database:Provider is Postgres, but there is no connection string. "
                + "Set it: --ConnectionStrings:AgentAuth=\"Host=db;Database=agentauth;Username=agentauth;Password=…\"");
        }
        return new()
        {
            Issuer = Issuer.Parse(issuer),
            DataPath = dataPath,
            Database = provider,
            ConnectionString = provider == DatabaseProvider.Postgres
                ? PostgresPatience.Within(WithPassword(connection, configuration[PasswordFile])!)
                : SqliteOf(connection) ?? $"Data Source={Path.Combine(dataPath, "agentauth.db")}",
            Synchronous = SynchronousOf(configuration[Synchronously]),
            RateLimits = configuration.GetValue("AgentAuth:RateLimits:Enabled", true),
        };
    }

    private static DatabaseProvider ProviderOf(string? name) => name?.ToUpperInvariant() switch
    {
        null or "" or "SQLITE" => DatabaseProvider.Sqlite,
        "POSTGRES" or "POSTGRESQL" => DatabaseProvider.Postgres,
        _ => throw new FormatException($"{Provider} is '{name}', which is no database known here. Set it: --{Provider}=Sqlite or "
            + $"--{Provider}=Postgres"),
    };

    private static string? SqliteOf(string? connection)
    {
        try
        {
            return connection is null ? null : new SqliteConnectionStringBuilder(connection).ConnectionString;
        }
        catch (ArgumentException wrong)
        {
            throw new FormatException(
                $"ConnectionStrings:AgentAuth is none of SQLite ({wrong.Message.TrimEnd('.')}). Leave it out; or, if it is PostgreSQL's, "
                    + $"set --{Provider}=Postgres",
                wrong);
        }
    }

    private static SqliteSynchronous SynchronousOf(string? name) => name?.ToUpperInvariant() switch
    {
        null or "FULL" => SqliteSynchronous.Full,
        "NORMAL" => SqliteSynchronous.Normal,
        _ => throw new FormatException($"{Synchronously} is '{name}'. Leave it out (FULL), or set it to NORMAL if the last commits before "
            + "a power failure may be lost: removals and used codes with them."),
    };

    /// <summary>A password in a file of its own is in no environment, no process list and no copy of the settings.</summary>
    private static string? WithPassword(string? connection, string? file)
    {
        if (connection is null || string.IsNullOrEmpty(file))
        {
            return connection;
        }
        try
        {
            var password = File.ReadAllText(file).TrimEnd('\r', '\n');
            return new DbConnectionStringBuilder { ConnectionString = connection, ["Password"] = password }.ConnectionString;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new FormatException(
                $"{PasswordFile} is '{file}', which cannot be read ({unreadable.GetType().Name}). Make it readable to the server's user, "
                    + "or leave it out and write Password=… into ConnectionStrings:AgentAuth.",
                unreadable);
        }
    }

    /// <summary>Beside the project while developing, beside the program once published.</summary>
    private static string DefaultDataPath()
    {
        var folder = AppContext.BaseDirectory;
        var built = folder.IndexOf($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        return Path.Combine(built < 0 ? folder : folder[..built], "data");
    }
}

using AgentAuth.Server.Specs;

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

    public required Issuer Issuer { get; init; }

    public required string DataPath { get; init; }

    public required DatabaseProvider Database { get; init; }

    public required string ConnectionString { get; init; }

    public required bool RateLimits { get; init; }

    public static ServerSettings Read(IConfiguration configuration)
    {
        var issuer = configuration["AgentAuth:Issuer"] ?? DefaultIssuer;
        var dataPath = Path.GetFullPath(configuration["AgentAuth:DataPath"] ?? DefaultDataPath());
        var provider = configuration.GetValue("AgentAuth:Database:Provider", DatabaseProvider.Sqlite);
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
            ConnectionString = connection ?? $"Data Source={Path.Combine(dataPath, "agentauth.db")}",
            RateLimits = configuration.GetValue("AgentAuth:RateLimits:Enabled", true),
        };
    }

    /// <summary>Beside the project while developing, beside the program once published.</summary>
    private static string DefaultDataPath()
    {
        var folder = AppContext.BaseDirectory;
        var built = folder.IndexOf($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        return Path.Combine(built < 0 ? folder : folder[..built], "data");
    }
}

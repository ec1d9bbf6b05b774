using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentAuth.Benchmarks.Contestants;

/// <summary>The peer: node's oidc-provider with our adapter and the same seeds, in <c>peers/</c>.</summary>
internal sealed class OidcProvider(string name, Engine engine, Place place) : Contestant(name, engine, place)
{
    private string _database = "";

    public static string PeersFolder { get; } = Path.Combine(Place.Repository, "tests", "AgentAuth.Benchmarks", "peers");

    public override IReadOnlyCollection<string> Workloads => Names.All;

    public override Registered Service { get; } = new("service", "service-secret-of-the-benchmark-0123456789");

    public override Registered Agent { get; } = new("agent", Redirect: "http://127.0.0.1:9/callback");

    public override Registered Introspector => Service;

    public override string Resource => "https://api.example.test/mail";

    /// <summary>It keeps no JWT and introspects none: it is asked about tokens it stores.</summary>
    public override (string Resource, bool IsJwt) Introspected => ("https://api.example.test/opaque", false);

    public static string Node { get; } = Path.Combine(
        PeersFolder, "node_modules", $"node-linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}", "bin", "node");

    protected override IReadOnlyList<string> Command =>
    [
        Node, Path.Combine(PeersFolder, "server.mjs"), Port.ToString(CultureInfo.InvariantCulture), Folder,
        .. Engine == Engine.Postgres ? (string[])["postgres", Place.Postgres.Url(_database)] : ["sqlite", Synchronous],
    ];

    protected override IReadOnlyDictionary<string, string> Variables { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["NODE_ENV"] = "production" };

    /// <summary>Installs the peer and compiles its SQLite driver for the Node.js that runs it.</summary>
    public static async Task InstallAsync()
    {
        await Child.RunAsync(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], PeersFolder);
        var node = Path.GetDirectoryName(Path.GetDirectoryName(Node))!;
        await Child.RunAsync(["npm", "rebuild", "better-sqlite3", "--ignore-scripts=false"], PeersFolder,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PATH"] = $"{Path.GetDirectoryName(Node)}:{Environment.GetEnvironmentVariable("PATH")}",
                ["npm_config_nodedir"] = node,
                ["npm_config_build_from_source"] = "true",
            });
    }

    public override async Task GrowAsync(int from, int to)
    {
        foreach (var (kind, family) in new[] { ("RefreshToken", "grown-token-"), ("Grant", "grown-grant-") })
        {
            await RunAsync($"""
                INSERT INTO record (kind, id, body, grant_id, dies_at)
                SELECT p.kind, '{family}' || n, p.body, CASE WHEN p.grant_id IS NULL THEN NULL ELSE 'grown-grant-' || n END, p.dies_at
                FROM {Numbers(from, to)} JOIN (SELECT * FROM record WHERE kind = '{kind}' AND id NOT LIKE 'grown-%' LIMIT 1) AS p ON TRUE
                """);
        }
        await RunAsync("ANALYZE");
    }

    protected override async Task PrepareAsync()
    {
        if (!File.Exists(Node))
        {
            throw new UnfitException("The peers are not installed: dotnet run --project tests/AgentAuth.Benchmarks -- peers");
        }
        if (Engine == Engine.Postgres)
        {
            _database = await Place.Postgres.DatabaseAsync(Name);
        }
    }

    private string Numbers(int from, int to) => Engine == Engine.Postgres
        ? $"generate_series({from + 1}, {to}) AS s(n)"
        : $"(WITH RECURSIVE s(n) AS (SELECT {from + 1} UNION ALL SELECT n + 1 FROM s WHERE n < {to}) SELECT n FROM s) AS s";

    private async Task RunAsync(string sql)
    {
        await using System.Data.Common.DbConnection connection = Engine == Engine.Postgres
            ? new NpgsqlConnection(Place.Postgres.Connection(_database))
            : new SqliteConnection($"Data Source={Path.Combine(Folder, "records.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }
}

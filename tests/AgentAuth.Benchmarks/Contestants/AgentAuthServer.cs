using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Benchmarks.Contestants;

/// <summary>This server: the published demo with its seeds, and more people who have alice's password.</summary>
internal class AgentAuthServer(string name, Engine engine, Place place, string program) : Contestant(name, engine, place)
{
    private readonly int _mcpPort = Place.FreePort();
    private string? _database;

    public override IReadOnlyCollection<string> Workloads =>
        Endpoints.Register is null ? ["W1", "W2", "W3", "W3c", "W4", "W5", "W7", "W8", "W9"] : Names.All;

    public override Registered Service { get; } = new("demo-service", "demo-service-secret");

    /// <summary>Confidential: what people answered a program on their own computer is not taken for an answer the next time.</summary>
    public override Registered Agent { get; } = new("demo-web", "demo-web-secret", "https://client.demo.test/callback");

    public override Registered Introspector { get; } = new("demo-resource", "demo-resource-secret");

    public override string Resource => $"http://127.0.0.1:{_mcpPort}/mail/mcp";

    protected override string ReadyPath => "/health/ready";

    protected override IReadOnlyList<string> Command =>
    [
        "dotnet", program, $"--AgentAuth:Issuer={Url}", $"--urls={Url}", $"--AgentAuth:DataPath={Path.Combine(Folder, "data")}",
        $"--Demo:McpUrl=http://127.0.0.1:{_mcpPort}", "--AgentAuth:RateLimits:Enabled=false", "--Logging:LogLevel:Default=Warning",
        .. Engine == Engine.Postgres
            ? (string[])["--AgentAuth:Database:Provider=Postgres", Connection]
            : [$"--AgentAuth:Database:Synchronous={Synchronous}"],
    ];

    /// <summary>What is said to PostgreSQL beside where it is.</summary>
    protected virtual string PostgresOptions => "";

    private string Connection => $"--ConnectionStrings:AgentAuth={Place.Postgres.Connection(_database!)}{PostgresOptions}";

    protected override IReadOnlyDictionary<string, string> Variables { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["ASPNETCORE_URLS"] = "" };

    /// <summary>Builds what people would deploy; a folder that holds it already saves the time.</summary>
    public static async Task<string> PublishAsync(string folder)
    {
        var project = Path.Combine(Place.Repository, "src", "AgentAuth.Demo");
        await Child.RunAsync(["dotnet", "publish", project, "-c", "Release", "-v", "q", "--nologo", "-o", folder]);
        return ProgramIn(folder);
    }

    public static string ProgramIn(string folder) => Path.Combine(folder, "AgentAuth.Demo.dll");

    public override async Task GrowAsync(int from, int to)
    {
        await using var db = Open();
        await new Growth(db, Engine == Engine.Postgres).PlantAsync(from, to);
    }

    protected override async Task PrepareAsync()
    {
        if (Engine == Engine.Postgres)
        {
            _database = await Place.Postgres.DatabaseAsync(Name);
        }
    }

    /// <summary>People with alice's password hash: each signs in as she does, and has grants of their own.</summary>
    protected override async Task SettleAsync(int people)
    {
        await using var db = Open();
        var alice = await db.Users.AsNoTracking().SingleAsync(a => a.Email == "alice@demo.test");
        for (var person = 0; person < people; person++)
        {
            var account = Account.For(EmailOf(person), TimeProvider.System);
            account.NormalizedEmail = account.NormalizedUserName = account.Email!.ToUpperInvariant();
            account.PasswordHash = alice.PasswordHash;
            account.SecurityStamp = Guid.CreateVersion7().ToString("N");
            account.LockoutEnabled = alice.LockoutEnabled;
            db.Add(account);
        }
        await db.SaveChangesAsync();
    }

    private AgentAuthDb Open() => Engine == Engine.Postgres
        ? new PostgresDb(new DbContextOptionsBuilder<PostgresDb>().UseNpgsql(Place.Postgres.Connection(_database!)).Options)
        : new SqliteDb(new DbContextOptionsBuilder<SqliteDb>()
            .UseSqlite($"Data Source={Path.Combine(Folder, "data", "agentauth.db")};Pooling=False").Options);
}

using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Where one server keeps everything.</summary>
internal sealed record Store(string Folder, string Database)
{
    private const string Memory = "/dev/shm";
    private const long Plenty = 1L << 30;

    /// <summary>In memory where there is plenty: to wait for a disk proves nothing while no power fails.</summary>
    private static readonly string Root =
        Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > Plenty ? Memory : Path.GetTempPath();

    /// <summary>Also where the tests run on PostgreSQL.</summary>
    public bool IsAlwaysSqlite { get; init; }

    private bool IsPostgres => Template.IsPostgres && !IsAlwaysSqlite;

    /// <summary>For commands that need no store.</summary>
    public static Store Nowhere { get; } = new(Path.Combine(Path.GetTempPath(), "agentauth_nowhere"), "agentauth_nowhere");

    public static Store New()
    {
        var name = "agentauth_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        var folder = Path.Combine(Root, name);
        Directory.CreateDirectory(folder);
        return new(folder, name);
    }

    /// <summary>What a command line says to mean this store.</summary>
    public IEnumerable<string> Settings()
    {
        yield return $"--AgentAuth:DataPath={Folder}";
        if (IsPostgres)
        {
            yield return "--AgentAuth:Database:Provider=Postgres";
            yield return $"--ConnectionStrings:AgentAuth={Template.ConnectionTo(Database)}";
        }
    }

    public void Configure(IWebHostBuilder host)
    {
        host.UseEnvironment("Production");
        host.UseSetting("AgentAuth:DataPath", Folder);
        host.UseSetting("AgentAuth:Shutdown:Drain", "0"); // nobody is left to be asked to go elsewhere
        host.UseSetting("Logging:LogLevel:Default", "Warning");
        host.UseSetting("AgentAuth:Load:LongestRequest", "00:05:00"); // by the real clock, and the machine may be busy
        if (IsPostgres)
        {
            host.UseSetting("AgentAuth:Database:Provider", "Postgres");
            host.UseSetting("ConnectionStrings:AgentAuth", Template.ConnectionTo(Database));
        }
    }
}

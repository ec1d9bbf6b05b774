using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Where one server keeps everything.</summary>
internal sealed record Store(string Folder, string Database)
{
    public static Store New()
    {
        var name = "agentauth_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        var folder = Path.Combine(Path.GetTempPath(), name);
        Directory.CreateDirectory(folder);
        return new(folder, name);
    }

    public void Configure(IWebHostBuilder host)
    {
        host.UseEnvironment("Production");
        host.UseSetting("AgentAuth:DataPath", Folder);
        host.UseSetting("AgentAuth:Shutdown:Drain", "0"); // nobody is left to be asked to go elsewhere
        host.UseSetting("Logging:LogLevel:Default", "Warning");
        host.UseSetting("AgentAuth:Load:LongestRequest", "00:05:00"); // by the real clock, and the machine may be busy
        if (Template.IsPostgres)
        {
            host.UseSetting("AgentAuth:Database:Provider", "Postgres");
            host.UseSetting("ConnectionStrings:AgentAuth", Template.ConnectionTo(Database));
        }
    }
}

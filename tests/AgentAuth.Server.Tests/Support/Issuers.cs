using Microsoft.AspNetCore.Hosting;

namespace AgentAuth.Server.Tests.Support;

internal static class Issuers
{
    public static void UseIssuer(this IWebHostBuilder host, string issuer) => host.UseSetting("AgentAuth:Issuer", issuer);
}

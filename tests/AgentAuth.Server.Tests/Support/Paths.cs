using Microsoft.AspNetCore.Hosting;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Which of the two ways a server answers clients by.</summary>
internal static class Paths
{
    /// <summary>OpenIddict's pipeline for every request: the judge of what the short path may say.</summary>
    public static void OnlyTheWholePipeline(IWebHostBuilder host) => host.UseSetting("AgentAuth:Tokens:ShortPath", "false");
}

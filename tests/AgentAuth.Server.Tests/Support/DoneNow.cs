using AgentAuth.Server.Chores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Chores done now instead of when their time comes.</summary>
internal static class DoneNow
{
    public static Task<int> PruneAsync(this AuthServer server) =>
        server.Services.GetServices<IHostedService>().OfType<Prune>().Single().RunAsync(default);
}

using AgentAuth.Server.Chores;
using AgentAuth.Server.Commands.Rows;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Commands;

/// <summary><c>prune</c>: one round of what the server does each hour.</summary>
internal static class PruneNow
{
    public static async Task RunAsync(Errand errand)
    {
        await using var app = Program.Build(errand.Settings);
        await using var scope = app.Services.CreateAsyncScope();
        await Schema.MustBeThisAsync(scope.ServiceProvider.GetRequiredService<AgentAuthDb>(), errand.Stop);
        var gone = await app.Services.GetServices<IHostedService>().OfType<Prune>().Single().RoundAsync(errand.Stop);
        await errand.SayTableAsync(["taken away", "rows"], gone.Select(g => (g.What, new long[] { g.Rows })));
    }
}

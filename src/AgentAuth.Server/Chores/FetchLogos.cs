using AgentAuth.Server.Specs.Logos;

namespace AgentAuth.Server.Chores;

/// <summary>Fetches pictures of clients, one after the other, while nobody waits for them.</summary>
internal sealed class FetchLogos(LogoShelf logos) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => logos.WorkAsync(stoppingToken);
}

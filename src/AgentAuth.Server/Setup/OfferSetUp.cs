using AgentAuth.Server.Features.FirstAdministrator;
using AgentAuth.Server.Specs;

namespace AgentAuth.Server.Setup;

/// <summary>
/// While nobody administers the server, whoever started it gets a link to become the one who does. It goes to the console and not to
/// the log, because logs are copied to more people than those who may have it.
/// </summary>
internal sealed class OfferSetUp(IServiceScopeFactory scopes, SetUpLink link, Issuer issuer) : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<Appointment>().ExistsAsync(cancellationToken))
        {
            return;
        }
        var address = issuer.At($"/set-up?token={link.Offer()}");
        await Console.Out.WriteLineAsync($"Nobody administers this server yet. Within 24 hours, open {address}");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

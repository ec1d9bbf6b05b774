using AgentAuth.Server.Chores;
using AgentAuth.Server.Signals;

namespace AgentAuth.Server.Setup;

/// <summary>Once somebody listens to the metrics; it stands behind OpenTelemetry's own service, which makes the listener.</summary>
internal sealed class CountFromZero : IHostedService
{
    private static readonly string[] Chores =
    [
        Prune.Chore, SendMail.Chore, Remind.Chore, CheckDomains.Chore, EndWithSessions.Chore, WriteRefusals.Chore, WriteSecretUses.Chore,
        WriteActivities.Chore,
    ];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Telemetry.CountFromZero(Chores);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

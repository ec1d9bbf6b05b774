using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Uts39Confusables;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What this server knows of who asks, beyond what is registered.</summary>
internal sealed class Askers(TrustedNames names)
{
    public async Task<ConsentView> LookedAtAsync(ConsentView view, Client client, CancellationToken stop) => view with
    {
        Likeness = await names.LikenessOfAsync(client, view.RunsHere && view.DocumentHost is null ? null : view.ProofHost, stop),
    };
}

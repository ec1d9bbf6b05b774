using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Logos;
using AgentAuth.Server.Specs.Uts39Confusables;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What this server knows of who asks, beyond what is registered.</summary>
internal sealed class Askers(AgentAuthDb db, TrustedNames names, LogoShelf logos, TimeProvider clock)
{
    /// <summary>As long as fewer people have allowed a client that nobody vouches for, each is told so.</summary>
    public const int FewPeople = 5;

    public async Task<ConsentView> LookedAtAsync(ConsentView view, Client client, CancellationToken stop) => client.IsBuiltIn ? view
        : view with
        {
            Likeness = await names.LikenessOfAsync(client, view.RunsHere && view.DocumentHost is null ? null : view.ProofHost, stop),
            LogoId = view.RunsHere ? null : await LogoOfAsync(client, stop),
            IsRare = view.Trust == Trust.SelfDeclared && await IsRareAsync(client, stop),
        };

    /// <summary>Null while there is none; then it is asked for, and may be there next time.</summary>
    private async Task<Guid?> LogoOfAsync(Client client, CancellationToken stop)
    {
        if (LogoShelf.SourceOf(client) is not { } source)
        {
            return null;
        }
        var known = await db.Logos.AsNoTracking().Where(l => l.ApplicationId == client.Id)
            .Select(l => new { l.Id, l.Source, l.ReadAt, IsThere = l.Png != null }).FirstOrDefaultAsync(stop);
        if (known is null || LogoShelf.IsDue(known.Source, known.ReadAt, known.IsThere, source, clock.GetUtcNow()))
        {
            logos.Want(client.Id);
            return null;
        }
        return known.IsThere ? known.Id : null;
    }

    /// <summary>Whoever it is registered as: the same software counts as one, however often it registers.</summary>
    private async Task<bool> IsRareAsync(Client client, CancellationToken stop) => FewPeople > await db.Grants
        .Where(g => g.ApplicationId == client.Id || (client.Software != null && g.Application!.Software == client.Software))
        .Select(g => g.AccountId).Distinct().Take(FewPeople).CountAsync(stop);
}

using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Specs.DomainProofs;

/// <summary>
/// What a proved domain is good for: a developer's apps whose answers go to proved hosts only are of that domain. What is lost with a
/// domain is lost for the apps that send answers there; what an administrator gave to others stays, and what an administrator took no
/// proof gives back.
/// </summary>
internal sealed class DomainTrust(AgentAuthDb db, TimeProvider clock)
{
    /// <summary>Looks in a row, a day apart, that may fail: hosts are down now and then.</summary>
    public const int MostMisses = 3;

    /// <summary>Raises what may be raised; saved with whatever else the caller changes.</summary>
    public async Task RaiseAsync(Guid ownerId, CancellationToken stop)
    {
        var proved = await ProvedAsync(ownerId, stop);
        foreach (var app in await AppsAsync(ownerId, stop))
        {
            if (MayRise(app) && IsOn(app, proved))
            {
                Set(app, Trust.DomainProved, "domain-proved");
            }
        }
    }

    /// <summary>The same for one that is new or was changed.</summary>
    public async Task RaiseAsync(Client app, CancellationToken stop)
    {
        if (MayRise(app) && await IsOnProvedDomainAsync(app, stop))
        {
            Set(app, Trust.DomainProved, "domain-proved");
        }
    }

    /// <summary>Lowers every app that sends answers to a host no longer proved.</summary>
    public async Task LowerAsync(Guid ownerId, string lost, CancellationToken stop)
    {
        foreach (var app in await AppsAsync(ownerId, stop))
        {
            if (app.Trust is Trust.DomainProved or Trust.VerifiedPublisher && HostsOf(app).Contains(lost))
            {
                Set(app, Trust.SelfDeclared, "domain-lost");
            }
        }
    }

    /// <summary>Whether all of an app's answers go to hosts its developer has proved; never so for this computer.</summary>
    public async Task<bool> IsOnProvedDomainAsync(Client app, CancellationToken stop) =>
        app.OwnerId is { } owner && IsOn(app, await ProvedAsync(owner, stop));

    public static HashSet<string> HostsOf(Client app) =>
        (string.IsNullOrEmpty(app.RedirectUris) ? [] : JsonSerializer.Deserialize<string[]>(app.RedirectUris) ?? [])
            .Select(LoopbackRedirect.HostOf).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether an answer may go to a program on the person's computer, which proves nothing.</summary>
    public static bool AnswersHere(Client app) => HostsOf(app).Any(LoopbackRedirect.IsHere);

    private static bool MayRise(Client app) => app is { Trust: Trust.SelfDeclared, IsTrustHeld: false };

    private static bool IsOn(Client app, HashSet<string> proved) =>
        HostsOf(app) is { Count: > 0 } hosts && !hosts.Any(LoopbackRedirect.IsHere) && hosts.IsSubsetOf(proved);

    private async Task<HashSet<string>> ProvedAsync(Guid ownerId, CancellationToken stop)
    {
        var claimed = await db.ClaimedDomains.Where(d => d.OwnerId == ownerId).ToListAsync(stop);
        return claimed.Where(d => d.IsProved && db.Entry(d).State != EntityState.Deleted).Select(d => d.Host)
            .ToHashSet(StringComparer.Ordinal);
    }

    private Task<List<Client>> AppsAsync(Guid ownerId, CancellationToken stop) =>
        db.Clients.Where(c => c.OwnerId == ownerId && c.Origin != Origin.ByDocument).ToListAsync(stop);

    private void Set(Client app, Trust trust, string why)
    {
        app.SetTrust(trust);
        db.Add(new AuditEntry
        {
            At = clock.GetUtcNow(),
            Actor = "server",
            Act = $"client.{why}",
            Target = $"client {app.ClientId}",
        });
    }
}

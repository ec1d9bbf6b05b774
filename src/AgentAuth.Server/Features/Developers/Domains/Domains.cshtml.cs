using System.Security.Cryptography;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.DomainProofs;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Developers.Domains;

/// <summary>The hosts a developer says are theirs, what proves it, and whether it was found.</summary>
internal sealed class DomainsPage(
    AgentAuthDb db, Revoker revoker, DomainLook look, DomainTrust trust, Issuer issuer, TimeProvider clock) : DeveloperPage(db, clock)
{
    public const int MaxDomains = 20;
    public const int MaxInput = 300;

    [BindProperty]
    public string? Host { get; set; }

    public IReadOnlyList<ClaimedDomain> Claimed { get; private set; } = [];

    public Task OnGetAsync() => ReadAsync();

    public async Task<IActionResult> OnPostAddAsync()
    {
        await ReadAsync();
        var (host, problem) = DomainHost.Read(Host is { Length: > MaxInput } ? null : Host, issuer);
        problem ??= Claimed.Count >= MaxDomains ? $"You have {MaxDomains} hosts; remove one first."
            : Claimed.Any(d => d.Host == host) ? "You have named this host already."
            : null;
        if (problem is not null)
        {
            ModelState.AddModelError(nameof(Host), problem);
            return this.Refused();
        }
        Db.Add(new ClaimedDomain
        {
            OwnerId = DeveloperId,
            Host = host!,
            Token = RandomNumberGenerator.GetHexString(ClaimedDomain.TokenLength, lowercase: true),
            CreatedAt = Now,
        });
        try
        {
            await Db.SaveChangesAsync(Stop);
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            // A button pressed twice.
        }
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostCheckAsync(Guid id)
    {
        if (await FindAsync(id) is not { } domain)
        {
            return NotFound();
        }
        var (proof, problem) = await look.LookForAsync(domain.Host, domain.Token, HttpContext.Connection.RemoteIpAddress, Stop);
        if (proof == DomainProof.None)
        {
            await ReadAsync();
            ModelState.AddModelError("", $"{domain.Host} is not proved. {problem}");
            return this.Refused();
        }
        if (!domain.IsProved)
        {
            revoker.Audit("domain.prove", $"domain {domain.Host}", proof.ToString(), Developer);
        }
        domain.Found(proof, Now);
        await trust.RaiseAsync(DeveloperId, Stop);
        await Db.SaveChangesAsync(Stop);
        this.Say($"{domain.Host} is proved. Your apps on it say so from now on.");
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostRemoveAsync(Guid id)
    {
        if (await FindAsync(id) is not { } domain)
        {
            return NotFound();
        }
        Db.Remove(domain);
        if (domain.IsProved)
        {
            await trust.LowerAsync(DeveloperId, domain.Host, Stop);
        }
        revoker.Audit("domain.remove", $"domain {domain.Host}", reason: null, Developer);
        await Db.SaveChangesAsync(Stop);
        return RedirectToPage();
    }

    /// <summary>Another's is not told from one that does not exist.</summary>
    private Task<ClaimedDomain?> FindAsync(Guid id) =>
        Db.ClaimedDomains.FirstOrDefaultAsync(d => d.Id == id && d.OwnerId == DeveloperId, Stop);

    private async Task ReadAsync() => Claimed = await Db.ClaimedDomains.AsNoTracking()
        .Where(d => d.OwnerId == DeveloperId).OrderBy(d => d.Host).ToListAsync(Stop);
}

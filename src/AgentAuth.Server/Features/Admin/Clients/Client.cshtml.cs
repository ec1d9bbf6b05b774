using AgentAuth.Server.Features.Admin.Grants;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Specs.Uts39Confusables;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Admin.Clients;

/// <summary>One agent: what it is registered as, who vouches for it, whether anybody may connect it.</summary>
internal sealed class ClientPage(
    AgentAuthDb db, Revoker revoker, TimeProvider clock, IOpenIddictApplicationManager clients, TrustedNames names)
    : AdminPage(db, revoker, clock)
{
    public Client Client { get; private set; } = null!;

    /// <summary>What it can be taken for, and the host that is told by.</summary>
    public (Likeness? Like, string? Host) Likeness { get; private set; }

    public ClientFacts Facts { get; private set; } = null!;

    /// <summary>The developer it belongs to.</summary>
    public string? Owner { get; private set; }

    public Paged<GrantRow> Grants { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        Facts = ClientFacts.Of(Client);
        Owner = Client.OwnerId is { } owner ? (await Db.Users.FindAsync([owner], Stop))?.Email : null;
        Likeness = (await names.LikenessOfAsync(Client, Stop), TrustedNames.HostOf(Client));
        Grants = await GrantSearch.PageAsync(Db, Db.Grants.Where(g => g.ApplicationId == id).Live(Now), 1, Stop);
        return Page();
    }

    public async Task<IActionResult> OnPostUnblockAsync(Guid id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        Client.Unblock();
        await SaveAsync("client.unblock", Client.ForAudit());
        this.Say("People may connect it again. What was ended stays ended.");
        return RedirectToPage(new { id });
    }

    /// <summary>For the client as it was on the page: what changed since is to be looked at first.</summary>
    public async Task<IActionResult> OnPostTrustAsync(Guid id, Trust trust, string? version)
    {
        if (!ModelState.IsValid || !await FindAsync(id))
        {
            return NotFound();
        }
        if (version != Client.ConcurrencyToken)
        {
            return StatusCode(StatusCodes.Status409Conflict);
        }
        Client.DecideTrust(trust);
        await SaveAsync($"client.trust-{trust}", Client.ForAudit());
        this.Say("The trust level is set. People see it when they are next asked.");
        return RedirectToPage(new { id });
    }

    /// <summary>The old secret dies with the new one's birth; nobody can read either here afterwards.</summary>
    public async Task<IActionResult> OnPostRenewSecretAsync(Guid id)
    {
        await using var transaction = await Db.Database.BeginTransactionAsync(Stop);
        if (!await FindAsync(id) || Client.ClientSecret is null)
        {
            return NotFound();
        }
        var secret = ClientSecret.New();
        var descriptor = new OpenIddictApplicationDescriptor();
        await clients.PopulateAsync(descriptor, Client, Stop);
        descriptor.ClientSecret = secret;
        await clients.UpdateAsync(Client, descriptor, Stop);
        await SaveAsync("client.renew-secret", Client.ForAudit());
        await transaction.CommitAsync(Stop);
        this.Say("The client has a new secret; the old one is dead.");
        ShownOnce = secret;
        return RedirectToPage(new { id });
    }

    private async Task<bool> FindAsync(Guid id)
    {
        Client = (await Db.Clients.Include(c => c.Secrets).SingleOrDefaultAsync(c => c.Id == id, Stop))!;
        return Client is not null;
    }
}

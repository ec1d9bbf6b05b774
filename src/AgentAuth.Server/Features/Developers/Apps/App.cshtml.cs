using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>One of my apps: what it is registered with, its secrets, and how it fares.</summary>
internal sealed class AppPage(AgentAuthDb db, TimeProvider clock, Revoker revoker, Issuer issuer) : DeveloperPage(db, clock)
{
    /// <summary>Which resource the examples are for (<c>?resource=</c>).</summary>
    [BindProperty(SupportsGet = true, Name = "resource")]
    public string? Asked { get; set; }

    public Client Client { get; private set; } = null!;

    public Registered Registered { get; private set; } = null!;

    public ClientMetadata? Metadata { get; private set; }

    /// <summary>The client it is, as far as its redirect addresses tell.</summary>
    public Preset Preset => Preset.Of(Client.Name, Registered.Redirects);

    public FirstCall FirstCall { get; private set; } = null!;

    public AppUsage Usage { get; private set; } = null!;

    public bool HasSecrets => Client.IsKeptHere() && Metadata is { HasSecret: true };

    public bool CanHaveAnother => HasSecrets && Client.Secrets.Count < Secret.Most;

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        await ShowAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostAddSecretAsync(string id, int days)
    {
        if (!ModelState.IsValid || !AppSecrets.Days.Contains(days))
        {
            return BadRequest();
        }
        if (!await FindAsync(id) || !HasSecrets)
        {
            return NotFound();
        }
        if (!CanHaveAnother)
        {
            ModelState.AddModelError("", "It has two secrets. Delete the one nobody uses any more, then make a new one.");
            await ShowAsync();
            return this.Refused();
        }
        ShownOnce = AppSecrets.Add(Db, Client, days, Clock);
        revoker.Audit("client.add-secret", Client.ForAudit(), reason: null, Developer);
        await Db.SaveChangesAsync(Stop);
        this.Say("A new secret is here. The other one stays good until it expires or you delete it.");
        return RedirectToPage(new { id });
    }

    private async Task<bool> FindAsync(string id)
    {
        Client = (await Db.AppAsync(DeveloperId, id, Stop))!;
        Metadata = ClientMetadata.Of(Client?.Metadata);
        return Client is not null;
    }

    private async Task ShowAsync()
    {
        Registered = Registered.Of(Client);
        FirstCall = FirstCall.Of(await Connecting.OfAsync(Db, issuer, Asked, Stop), Client, Registered, Metadata);
        Usage = await AppUsage.OfAsync(Db, Client, DeveloperId, Now, Stop);
    }
}

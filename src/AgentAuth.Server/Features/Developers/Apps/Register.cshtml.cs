using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.DomainProofs;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>
/// Registers an app of the developer's own: it may ask people for whatever they can allow, and nothing in its own name. Whatever else is
/// posted is not read.
/// </summary>
internal sealed class RegisterPage(AgentAuthDb db, TimeProvider clock, Registrar registrar, DomainTrust domains, Revoker revoker)
    : AppFormPage(db, clock, registrar)
{
    [BindProperty(SupportsGet = true, Name = "preset")]
    public string? Asked { get; set; }

    [BindProperty]
    public bool IsNative { get; set; }

    [BindProperty]
    public AppProof Proof { get; set; }

    public Preset Preset => Preset.Named(Asked);

    public void OnGet()
    {
        Name = Preset == Preset.Own ? null : Preset.Name;
        Redirects = string.Join('\n', Preset.Redirects);
        (IsNative, Proof) = (Preset.IsNative, Preset.Proof);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid || !Enum.IsDefined(Proof))
        {
            return BadRequest(); // no form of ours sends that
        }
        var metadata = Read(Proof, IsNative);
        if (await Db.CountedAsync(DeveloperId, Now, Stop) >= MyApps.Most)
        {
            ModelState.AddModelError("", $"You have {MyApps.Most} apps. Delete one first; it counts for a day more.");
        }
        if (metadata is null || !ModelState.IsValid)
        {
            return this.Refused();
        }
        var client = ClientRow.New(ClientId.New(), Origin.ByDeveloper, Clock);
        client.OwnerId = DeveloperId;
        ClientRow.Write(client, metadata, Clock);
        Db.Add(client);
        if (metadata.HasSecret)
        {
            ShownOnce = AppSecrets.Add(Db, client, AppSecrets.FirstDays, Clock);
        }
        await domains.RaiseAsync(client, Stop);
        revoker.Audit("client.register", client.ForAudit(), reason: null, Developer);
        await Db.SaveChangesAsync(Stop);
        this.Say(metadata.HasSecret ? "Registered. Its client id is below, its secret is here:" : "Registered. Its client id is below.");
        return RedirectToPage("App", new { id = client.ClientId });
    }
}

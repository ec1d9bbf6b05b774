using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.DomainProofs;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>
/// Changes what an app is registered with. What people said yes to is its name, addresses and keys, and the logo of one that was
/// approved: before they are asked anew, the developer is.
/// </summary>
internal sealed class EditPage(AgentAuthDb db, TimeProvider clock, Registrar registrar, DomainTrust domains, Revoker revoker)
    : AppFormPage(db, clock, registrar)
{
    public Client Client { get; private set; } = null!;

    /// <summary>The developer saw the warning.</summary>
    [BindProperty]
    public bool IsConfirmed { get; set; }

    /// <summary>The row as it was when the form was opened: whoever changed it since is not overwritten.</summary>
    [BindProperty]
    public string? Version { get; set; }

    /// <summary>People who would be asked again; null while nobody needs to be warned.</summary>
    public int? AskedAgain { get; private set; }

    public AppProof Proof { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (await FindAsync(id) is not { } metadata)
        {
            return NotFound();
        }
        (Name, KeySet, KeysUri) = (metadata.Name, metadata.Keys, metadata.KeysUri);
        (LogoUri, Version) = (metadata.LogoUri, Client.ConcurrencyToken);
        (ClientUri, PolicyUri, TermsUri) = (metadata.ClientUri, metadata.PolicyUri, metadata.TermsUri);
        Redirects = string.Join('\n', metadata.RedirectUris);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id)
    {
        if (await FindAsync(id) is not { } before)
        {
            return NotFound();
        }
        if (Version != Client.ConcurrencyToken)
        {
            return StatusCode(StatusCodes.Status409Conflict);
        }
        if (Read(Proof, before.IsNative) is not { } read)
        {
            return this.Refused();
        }
        var after = before with
        {
            Name = read.Name,
            RedirectUris = read.RedirectUris,
            Keys = read.Keys,
            KeysUri = read.KeysUri,
            LogoUri = read.LogoUri,
            ClientUri = read.ClientUri,
            PolicyUri = read.PolicyUri,
            TermsUri = read.TermsUri,
            IsNative = read.IsNative,
        };
        if (!IsConfirmed && !ClientRow.IsSameToPeople(Client, before, after) && await MustWarnAsync())
        {
            return Page();
        }
        if (ClientRow.Write(Client, after, Clock))
        {
            await domains.RaiseAsync(Client, Stop);
            revoker.Audit("client.edit", Client.ForAudit(), reason: null, Developer);
            await Db.SaveChangesAsync(Stop);
        }
        this.Say("Saved.");
        return RedirectToPage("App", new { id });
    }

    private async Task<bool> MustWarnAsync()
    {
        var live = Db.Grants.Where(g => g.ApplicationId == Client.Id).Live(Now);
        var people = await live.Select(g => g.AccountId).Distinct().CountAsync(Stop);
        AskedAgain = people > 0 || Client.Trust > Trust.RunsOnThisComputer ? people : null;
        return AskedAgain is not null;
    }

    private async Task<ClientMetadata?> FindAsync(string id)
    {
        Client = (await Db.AppAsync(DeveloperId, id, Stop))!;
        var metadata = Client?.IsKeptHere() == true ? ClientMetadata.Of(Client.Metadata) : null;
        Proof = metadata is null or { IsPublic: true } ? AppProof.None : metadata.HasSecret ? AppProof.Secret : AppProof.Key;
        return metadata;
    }
}

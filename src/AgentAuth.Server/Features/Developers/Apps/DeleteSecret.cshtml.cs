using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>Deletes a secret, after it was shown which one it is and what stops with it.</summary>
internal sealed class DeleteSecretPage(AgentAuthDb db, TimeProvider clock, Revoker revoker) : DeveloperPage(db, clock)
{
    public Client Client { get; private set; } = null!;

    public Secret Secret { get; private set; } = null!;

    /// <summary>As the app's page counts them.</summary>
    public int Number { get; private set; }

    public bool IsLast => !Client.Secrets.Exists(s => s != Secret && !s.IsExpired(Now));

    public bool WorksNow => !Secret.IsExpired(Now);

    public async Task<IActionResult> OnGetAsync(string id, Guid secret) => await FindAsync(id, secret) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string id, Guid secret)
    {
        if (!await FindAsync(id, secret))
        {
            return NotFound();
        }
        Db.Remove(Secret);
        Client.Changed();
        revoker.Audit("client.delete-secret", Client.ForAudit(), reason: null, Developer);
        await Db.SaveChangesAsync(Stop);
        this.Say("The secret is deleted. Whoever still sends it is refused.");
        return RedirectToPage("App", new { id });
    }

    private async Task<bool> FindAsync(string id, Guid secret)
    {
        Client = (await Db.AppAsync(DeveloperId, id, Stop))!;
        if (!ModelState.IsValid || Client is null || !Client.IsKeptHere())
        {
            return false;
        }
        Number = Client.Secrets.FindIndex(s => s.Id == secret) + 1;
        Secret = Number > 0 ? Client.Secrets[Number - 1] : null!;
        return Secret is not null;
    }
}

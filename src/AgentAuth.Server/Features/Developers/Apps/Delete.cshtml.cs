using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>
/// Deletes an app: what people allowed it ends at once, and says so first. The row stays for a while, so that its identifier is told from
/// one that never was.
/// </summary>
internal sealed class DeletePage(AgentAuthDb db, TimeProvider clock, Revoker revoker) : DeveloperPage(db, clock)
{
    private const string Reason = "The developer deleted the app.";

    public Client Client { get; private set; } = null!;

    public int People { get; private set; }

    public int Grants { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        var live = Db.Grants.Where(g => g.ApplicationId == Client.Id).Live(Now);
        Grants = await live.CountAsync(Stop);
        People = await live.Select(g => g.AccountId).Distinct().CountAsync(Stop);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        Client.Remove(Clock);
        Db.RemoveRange(Client.Secrets);
        await revoker.EndClientAsync(Client, "client.delete", Reason, Developer, Stop);
        this.Say("The app is deleted. What people allowed it has ended.");
        return RedirectToPage("Apps");
    }

    private async Task<bool> FindAsync(string id)
    {
        Client = (await Db.AppAsync(DeveloperId, id, Stop))!;
        return Client is not null && Client.IsKeptHere();
    }
}

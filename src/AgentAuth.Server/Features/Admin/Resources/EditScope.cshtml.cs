using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.Resources;

/// <summary>The words and the risk of one permission. Its name stays: grants and tokens hold it.</summary>
internal sealed class EditScopePage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    [BindProperty]
    public ScopeForm Form { get; set; } = new();

    public Scope Scope { get; private set; } = null!;

    public Resource Resource { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        Form = ScopeForm.Of(Scope);
        return Page();
    }

    public async Task<IActionResult> OnPostSaveAsync(Guid id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        Form.Check(ModelState, nameof(Form), withName: false);
        if (!ModelState.IsValid)
        {
            return this.Refused();
        }
        Form.WriteTo(Scope);
        await SaveAsync("scope.edit", $"{Resource.ForAudit()} {Scope.Name}");
        this.Say("Saved.");
        return RedirectToPage("Resource", new { id = Resource.Id });
    }

    private async Task<bool> FindAsync(Guid id)
    {
        Scope = (await Db.Scopes.SingleOrDefaultAsync(s => s.Id == id, Stop))!;
        if (Scope is null)
        {
            return false;
        }
        Resource = await Db.Resources.SingleAsync(r => r.Id == Scope.ResourceId, Stop);
        return !Resource.IsIdentity;
    }
}

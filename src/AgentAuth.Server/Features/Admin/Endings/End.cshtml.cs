using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.Endings;

/// <summary>
/// The one page every ending goes through: first what it takes with it, then a reason, then the deed. What is counted on the page is
/// counted again in the deed's transaction, and more than was shown is never ended.
/// </summary>
internal sealed class EndPage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>How many grants the page showed when it asked.</summary>
    [BindProperty]
    public int Shown { get; set; }

    [BindProperty]
    public int? Typed { get; set; }

    public Ending Ending { get; private set; } = null!;

    public Preview Preview { get; private set; } = null!;

    /// <summary>What was confirmed is no longer what is there; nothing was done.</summary>
    public bool HasChanged { get; private set; }

    public async Task<IActionResult> OnGetAsync(string kind, Guid id)
    {
        if (!await FindAsync(kind, id))
        {
            return NotFound();
        }
        Shown = Preview.Grants;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string kind, Guid id)
    {
        using var step = Telemetry.Step("revoke");
        await using var transaction = await Db.Database.BeginTransactionAsync(Stop);
        if (!await FindAsync(kind, id))
        {
            return NotFound();
        }
        if (!MayBeDone())
        {
            return this.Refused();
        }
        try
        {
            await Ending.Do(Reason!.Trim(), Admin, Stop);
            await transaction.CommitAsync(Stop);
        }
        catch (DbUpdateConcurrencyException)
        {
            await transaction.RollbackAsync(Stop);
            Db.ChangeTracker.Clear();
            HasChanged = true;
            return await FindAsync(kind, id) ? Page() : NotFound();
        }
        Revoker.Announce();
        this.Say(Preview.Grants == 0 ? "Done." : $"Done. Grants ended: {Preview.Grants}.");
        return RedirectToPage(Ending.Back, new { id = Ending.BackId });
    }

    private async Task<bool> FindAsync(string kind, Guid id)
    {
        Ending = (await new EndingCatalog(Db, Revoker, Clock, AdminId).FindAsync(kind, id, Stop))!;
        if (Ending is null)
        {
            return false;
        }
        Preview = await CountAsync();
        return true;
    }

    private async Task<Preview> CountAsync()
    {
        var live = Ending.Grants.Live(Now);
        return new(
            await live.CountAsync(Stop),
            await live.Select(g => g.AccountId).Distinct().CountAsync(Stop),
            await live.Select(g => g.ApplicationId).Distinct().CountAsync(Stop),
            Ending.Services is { } services ? await services.CountAsync(Stop) : 0,
            Ending.Sessions is { } sessions ? await sessions.CountAsync(Stop) : 0);
    }

    private bool MayBeDone()
    {
        if (Ending.Obstacle is not null)
        {
            return false;
        }
        if (!Words.ArePlain(Reason, Grant.MaxReasonLength))
        {
            ModelState.AddModelError(nameof(Reason), "Write a reason: one line of at most 300 characters.");
        }
        HasChanged = Preview.Grants > Shown;
        if (HasChanged)
        {
            ModelState.Remove(nameof(Shown));
            ModelState.Remove(nameof(Typed));
            (Shown, Typed) = (Preview.Grants, null);
            return false;
        }
        if (Preview.MustBeTyped && Typed != Shown)
        {
            ModelState.AddModelError(nameof(Typed), "Type the number of grants that end.");
        }
        return ModelState.IsValid;
    }
}

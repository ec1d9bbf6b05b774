using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin;

/// <summary>Every page of the console: for administrators only, and each change signed by who made it.</summary>
[Authorize(Roles = Role.Administrator)]
[ToldWhenLost]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
internal abstract class AdminPage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : PageModel
{
    /// <summary>A secret made just now: sealed in a cookie for one redirect, shown once, stored nowhere in clear.</summary>
    [TempData]
    public string? ShownOnce { get; set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    protected AgentAuthDb Db { get; } = db;

    protected Revoker Revoker { get; } = revoker;

    protected TimeProvider Clock { get; } = clock;

    protected CancellationToken Stop => HttpContext.RequestAborted;

    protected Guid AdminId => User.AccountId();

    protected Actor Admin => HttpContext.Actor();

    /// <summary><see cref="SaveAsync"/>; false when somebody else was first and nothing was done.</summary>
    protected async Task<bool> TrySaveAsync(string act, string target)
    {
        try
        {
            await SaveAsync(act, target);
            return true;
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            Db.ChangeTracker.Clear();
            return false;
        }
    }

    /// <summary>The last words of every act that ends nothing: its audit row goes into the transaction of the change.</summary>
    protected async Task SaveAsync(string act, string target)
    {
        Revoker.Audit(act, target, reason: null, Admin);
        await Db.SaveChangesAsync(Stop);
    }
}

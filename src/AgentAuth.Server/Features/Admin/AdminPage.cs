using System.Security.Claims;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin;

/// <summary>Every page of the console: for administrators only, kept by nobody's cache, each change signed by who made it.</summary>
[Authorize(Roles = Role.Administrator)]
internal abstract class AdminPage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : PageModel
{
    /// <summary>What the last act did, told once on the page it leads to.</summary>
    [TempData]
    public string? Notice { get; set; }

    /// <summary>A secret made just now: sealed in a cookie for one redirect, shown once, stored nowhere in clear.</summary>
    [TempData]
    public string? ShownOnce { get; set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    protected AgentAuthDb Db { get; } = db;

    protected Revoker Revoker { get; } = revoker;

    protected TimeProvider Clock { get; } = clock;

    protected CancellationToken Stop => HttpContext.RequestAborted;

    protected Guid AdminId => Guid.TryParse(User.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : Guid.Empty;

    protected Actor Admin => new(AdminId, DisplayText.Clean(User.Identity?.Name), HttpContext.Connection.RemoteIpAddress?.ToString());

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        // The cookie tells who was an administrator at sign-in; the role may be gone since.
        if (!await Administrators.Enabled(Db).AnyAsync(a => a.Id == AdminId, Stop))
        {
            context.Result = Forbid();
            return;
        }
        Response.Headers.CacheControl = "no-store";
        await next();
    }

    /// <summary>The last words of every act that ends nothing: its audit row goes into the transaction of the change.</summary>
    protected async Task SaveAsync(string act, string target)
    {
        Revoker.Audit(act, target, reason: null, Admin);
        await Db.SaveChangesAsync(Stop);
    }
}

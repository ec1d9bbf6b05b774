using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AgentAuth.Server.Features.Developers;

/// <summary>A page of the portal: for developers, and for administrators, who see nothing more here than their own.</summary>
[ToldWhenLost]
[Authorize(Roles = Role.Developer + "," + Role.Administrator)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
internal abstract class DeveloperPage(AgentAuthDb db, TimeProvider clock) : PageModel
{
    /// <summary>A secret made just now: sealed in a cookie for one redirect, shown once, stored nowhere in clear.</summary>
    [TempData]
    public string? ShownOnce { get; set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    protected AgentAuthDb Db { get; } = db;

    protected TimeProvider Clock { get; } = clock;

    protected CancellationToken Stop => HttpContext.RequestAborted;

    protected Guid DeveloperId => User.AccountId();

    protected Actor Developer => HttpContext.Actor();
}

using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Developers;

/// <summary>
/// Explains a refusal to whoever brings its <c>error_id</c>. An id that was mistyped, that is too old, or that is not for this person gets
/// the same words.
/// </summary>
[Authorize]
internal sealed class WhyPage(AgentAuthDb db, TimeProvider clock) : PageModel
{
    /// <summary>Room for what is copied with it.</summary>
    public const int MaxInput = 40;

    [BindProperty(SupportsGet = true, Name = "id")]
    public string? Asked { get; set; }

    public Explanation? Found { get; private set; }

    public bool HasAsked => !string.IsNullOrWhiteSpace(Asked);

    public async Task<IActionResult> OnGetAsync(CancellationToken stop)
    {
        if (!HasAsked)
        {
            return Page();
        }
        var id = Asked!.Trim().ToLowerInvariant();
        var since = clock.GetUtcNow() - RefusedRequest.Kept;
        var refused = id.Length != RefusedRequest.IdLength ? null
            : await db.RefusedRequests.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id && r.At > since, stop);
        var client = refused?.ClientId is not { } named ? null
            : await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.ClientId == named, stop);
        var reader = new Reader(User.AccountId(), User.IsAdministrator(), User.IsDeveloper());
        Found = refused is null ? null : Explanation.For(refused, client, reader);
        return Found is null ? this.Refused(StatusCodes.Status404NotFound) : Page();
    }
}

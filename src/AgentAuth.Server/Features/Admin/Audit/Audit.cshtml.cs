using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.Audit;

/// <summary>Who did what, newest first. Nothing here can be changed.</summary>
internal sealed class AuditPage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public Paged<AuditEntry> Found { get; private set; } = null!;

    public Pager Pager => Found.Pager(("q", Q));

    public async Task OnGetAsync()
    {
        Q = Words.Searched(Q);
        Found = await Matching(Db.AuditEntries.AsNoTracking(), Q)
            .OrderByDescending(e => e.At).ThenByDescending(e => e.Id)
            .PageAsync(P, Stop);
    }

#pragma warning disable CA1304, CA1311, CA1862 // ToLower becomes SQL's lower(): no culture, and no StringComparison there
    private static IQueryable<AuditEntry> Matching(IQueryable<AuditEntry> entries, string? words)
    {
        if (words is null)
        {
            return entries;
        }
        var word = words.ToLowerInvariant();
        return entries.Where(e =>
            e.Act.ToLower().Contains(word) || e.Actor.ToLower().Contains(word) || e.Target.ToLower().Contains(word));
    }
#pragma warning restore CA1304, CA1311, CA1862
}

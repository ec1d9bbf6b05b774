using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace AgentAuth.Server.Features.Admin.Grants;

/// <summary>What agents may do, for whom, at which resource: found by anything one may know of it.</summary>
internal sealed class GrantsPage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    public static IReadOnlyList<(GrantView View, string Words)> Views { get; } =
    [
        (GrantView.Live, "Live"),
        (GrantView.Unused, "Unused for 30 days"),
        (GrantView.New, "New this week"),
        (GrantView.SelfDeclared, "Self-declared agents"),
        (GrantView.Ended, "Ended"),
        (GrantView.All, "All"),
    ];

    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true)]
    public GrantView View { get; set; }

    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public Paged<GrantRow> Found { get; private set; } = null!;

    public Pager Pager => Found.Pager(("q", Q), ("view", View.ToString().ToLowerInvariant()));

    public async Task OnGetAsync()
    {
        Q = Words.Searched(Q);
        Found = await GrantSearch.PageAsync(Db, Db.Grants.Seen(View, Now).Matching(Db, Q), P, Stop);
    }
}

using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.Resources;

internal sealed record ResourceRow(Guid Id, string Name, string Identifier, bool IsIdentity, bool HasAccount, int Scopes, int LiveGrants);

internal sealed class ResourcesPage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public Paged<ResourceRow> Found { get; private set; } = null!;

    public Pager Pager => Found.Pager();

    public async Task OnGetAsync()
    {
        var live = Db.Grants.Live(Now);
        Found = await Db.Resources.AsNoTracking().OrderBy(r => r.Name).ThenBy(r => r.Id)
            .Select(r => new ResourceRow(r.Id, r.Name, r.Identifier, r.IsIdentity, r.AccountClientId != null,
                r.Scopes.Count, live.Count(g => g.ResourceId == r.Id)))
            .PageAsync(P, Stop);
    }
}

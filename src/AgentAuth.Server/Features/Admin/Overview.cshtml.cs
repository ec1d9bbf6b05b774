using AgentAuth.Server.Features.Admin.Grants;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin;

internal sealed record Tiles(int Live, int Agents, int Today, int Unused, int SelfDeclared);

/// <summary>How much is allowed right now, and what to look at first.</summary>
internal sealed class OverviewPage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    private const int NewestShown = 10;

    public Tiles Tiles { get; private set; } = null!;

    public IReadOnlyList<GrantRow> Newest { get; private set; } = [];

    public async Task OnGetAsync()
    {
        var live = Db.Grants.Live(Now);
        var yesterday = Now.AddDays(-1);
        Tiles = new(
            await live.CountAsync(Stop),
            await live.Select(g => g.ApplicationId).Distinct().CountAsync(Stop),
            await Db.Grants.CountAsync(g => g.CreatedAt >= yesterday, Stop),
            await Db.Grants.Seen(GrantView.Unused, Now).CountAsync(Stop),
            await Db.Grants.Seen(GrantView.SelfDeclared, Now).Select(g => g.ApplicationId).Distinct().CountAsync(Stop));
        var page = await GrantSearch.PageAsync(Db, live, 1, Stop);
        Newest = [.. page.Items.Take(NewestShown)];
    }
}

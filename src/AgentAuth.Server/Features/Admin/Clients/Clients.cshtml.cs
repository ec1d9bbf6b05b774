using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.Clients;

internal sealed record ClientRow(
    Guid Id, string ClientId, string? DisplayName, string? ClientType, Trust Trust, DateTimeOffset CreatedAt,
    bool IsBlocked, int LiveGrants, int Reports)
{
    public string Name => string.IsNullOrWhiteSpace(DisplayName) ? ClientId : DisplayName;
}

internal sealed class ClientsPage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public Paged<ClientRow> Found { get; private set; } = null!;

    public Pager Pager => Found.Pager(("q", Q));

    public async Task OnGetAsync()
    {
        Q = Words.Searched(Q);
        var live = Db.Grants.Live(Now);
        Found = await Matching(Db.Clients.AsNoTracking(), Q)
            .OrderByDescending(c => c.CreatedAt).ThenBy(c => c.Id)
            .Select(c => new ClientRow(
                c.Id, c.ClientId!, c.DisplayName, c.ClientType, c.Trust, c.CreatedAt, c.BlockedAt != null,
                live.Count(g => g.ApplicationId == c.Id), Db.ClientReports.Count(r => r.ApplicationId == c.Id)))
            .PageAsync(P, Stop);
    }

#pragma warning disable CA1304, CA1311, CA1862 // ToLower becomes SQL's lower(): no culture, and no StringComparison there
    private static IQueryable<Client> Matching(IQueryable<Client> clients, string? words)
    {
        if (words is null)
        {
            return clients;
        }
        var word = words.ToLowerInvariant();
        return clients.Where(c => c.ClientId!.ToLower().Contains(word)
            || c.DisplayName!.ToLower().Contains(word) || c.RedirectUris!.ToLower().Contains(word));
    }
#pragma warning restore CA1304, CA1311, CA1862
}

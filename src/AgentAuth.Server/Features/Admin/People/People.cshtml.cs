using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.People;

internal sealed record PersonRow(
    Guid Id, string? Email, DateTimeOffset CreatedAt, bool IsDisabled, IReadOnlyList<string> Roles, int LiveGrants);

internal sealed class PeoplePage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public Paged<PersonRow> Found { get; private set; } = null!;

    public Pager Pager => Found.Pager(("q", Q));

    public async Task OnGetAsync()
    {
        Q = Words.Searched(Q);
        var word = Q?.ToUpperInvariant() ?? "";
        Found = await Rows(Db.Users.AsNoTracking().Where(a => word == "" || a.NormalizedEmail!.Contains(word))).PageAsync(P, Stop);
    }

    private IQueryable<PersonRow> Rows(IQueryable<Account> accounts)
    {
        var live = Db.Grants.Live(Now);
        return accounts.OrderBy(a => a.NormalizedEmail).ThenBy(a => a.Id).Select(a => new PersonRow(
            a.Id, a.Email, a.CreatedAt, a.DisabledAt != null,
            Db.UserRoles.Where(held => held.UserId == a.Id)
                .Join(Db.Roles, held => held.RoleId, role => role.Id, (_, role) => role.Name!).ToList(),
            live.Count(g => g.AccountId == a.Id)));
    }
}

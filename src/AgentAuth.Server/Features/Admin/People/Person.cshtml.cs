using AgentAuth.Server.Features.Admin.Grants;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.People;

/// <summary>One person: what agents may do for them, where they are signed in, what they may do here.</summary>
internal sealed class PersonPage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    public static IReadOnlyList<string> AllRoles { get; } = [Role.Developer, Role.Administrator];

    public Account Person { get; private set; } = null!;

    public IReadOnlyList<string> Roles { get; private set; } = [];

    public Paged<GrantRow> Grants { get; private set; } = null!;

    public int Sessions { get; private set; }

    public bool IsSelf => Person.Id == AdminId;

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        await ShowAsync(id);
        return Page();
    }

    public async Task<IActionResult> OnPostEnableAsync(Guid id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        Person.Enable();
        await SaveAsync("account.enable", Person.ForAudit());
        this.Say("They can sign in again. What was ended stays ended.");
        return RedirectToPage(new { id });
    }

    public async Task<IActionResult> OnPostGiveRoleAsync(Guid id, string role)
    {
        if (!await FindAsync(id) || await RoleAsync(role) is not { } given)
        {
            return NotFound();
        }
        if (!await Db.UserRoles.AnyAsync(held => held.UserId == id && held.RoleId == given.Id, Stop))
        {
            Db.Add(new IdentityUserRole<Guid> { UserId = id, RoleId = given.Id });
            await SaveAsync($"account.make-{given.Name}", Person.ForAudit());
        }
        this.Say("The role counts from now on.");
        return RedirectToPage(new { id });
    }

    public async Task<IActionResult> OnPostTakeRoleAsync(Guid id, string role)
    {
        if (!await FindAsync(id) || await RoleAsync(role) is not { } taken)
        {
            return NotFound();
        }
        await using var transaction = await Db.Database.BeginTransactionAsync(Stop);
        if (taken.Name == Role.Administrator && !await Administrators.RemainWithoutAsync(Db, id, Stop))
        {
            ModelState.AddModelError("", Administrators.LastOne);
            await ShowAsync(id);
            return this.Refused();
        }
        await Db.UserRoles.Where(held => held.UserId == id && held.RoleId == taken.Id).ExecuteDeleteAsync(Stop);
        await SaveAsync($"account.unmake-{taken.Name}", Person.ForAudit());
        await transaction.CommitAsync(Stop);
        this.Say("The role is taken away.");
        return RedirectToPage(new { id });
    }

    private async Task<bool> FindAsync(Guid id)
    {
        Person = (await Db.Users.SingleOrDefaultAsync(a => a.Id == id, Stop))!;
        return Person is not null;
    }

    private async Task ShowAsync(Guid id)
    {
        Roles = await Db.UserRoles.Where(held => held.UserId == id)
            .Join(Db.Roles, held => held.RoleId, role => role.Id, (_, role) => role.Name!)
            .ToListAsync(Stop);
        Sessions = await Db.Sessions.CountAsync(s => s.AccountId == id && s.EndsAt > Now, Stop);
        Grants = await GrantSearch.PageAsync(Db, Db.Grants.Where(g => g.AccountId == id).Live(Now), 1, Stop);
    }

    private async Task<Role?> RoleAsync(string role) =>
        AllRoles.Contains(role, StringComparer.Ordinal) ? await Db.Roles.SingleAsync(r => r.Name == role, Stop) : null;
}

using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin;

/// <summary>There is always one who can sign in and let others in.</summary>
internal static class Administrators
{
    public const string LastOne = "This is the last enabled administrator. Make another one first.";

    public static IQueryable<Account> Enabled(AgentAuthDb db) =>
        from account in db.Users
        join held in db.UserRoles on account.Id equals held.UserId
        join role in db.Roles on held.RoleId equals role.Id
        where role.Name == Role.Administrator && account.DisabledAt == null
        select account;

    public static Task<bool> AnyButAsync(AgentAuthDb db, Guid id, CancellationToken stop) => Enabled(db).AnyAsync(a => a.Id != id, stop);

    /// <summary>
    /// To be called in the transaction that takes an administrator away. Two administrators who remove each other at the same moment
    /// both see one left over; both write this row, so the second fails instead.
    /// </summary>
    public static async Task<bool> RemainWithoutAsync(AgentAuthDb db, Guid id, CancellationToken stop)
    {
        var role = await db.Roles.SingleAsync(r => r.Name == Role.Administrator, stop);
        role.ConcurrencyStamp = Guid.CreateVersion7().ToString();
        await db.SaveChangesAsync(stop);
        return await AnyButAsync(db, id, stop);
    }
}

using System.Data;
using System.Data.Common;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.FirstAdministrator;

/// <summary>Makes the first administrator, once: of two at the same time, one.</summary>
internal sealed class Appointment(AgentAuthDb db, UserManager<Account> accounts, TimeProvider clock)
{
    private const string SerializationFailure = "40001"; // SQLSTATE: another transaction came first

    public Task<bool> ExistsAsync(CancellationToken stop) =>
        db.UserRoles.AnyAsync(u => db.Roles.Any(r => r.Id == u.RoleId && r.Name == Role.Administrator), stop);

    /// <summary>Null when there is an administrator already.</summary>
    public async Task<IdentityResult?> MakeAsync(string email, string password, CancellationToken stop)
    {
        try
        {
            // Serializable, because it decides on a row that is not there: on SQLite it takes the writer's lock at once.
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, stop);
            if (await ExistsAsync(stop))
            {
                return null;
            }
            var account = Account.For(email, clock);
            var made = await accounts.CreateAsync(account, password);
            if (!made.Succeeded)
            {
                return made;
            }
            await accounts.AddToRolesAsync(account, [Role.Administrator, Role.Developer]);
            await transaction.CommitAsync(stop);
            return made;
        }
        catch (Exception failure) when (CameSecond(failure))
        {
            return null;
        }
    }

    private static bool CameSecond(Exception? failure) => failure switch
    {
        null => false,
        DbException known => known.SqlState == SerializationFailure,
        _ => CameSecond(failure.InnerException),
    };
}

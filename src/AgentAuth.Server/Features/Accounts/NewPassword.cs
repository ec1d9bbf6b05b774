using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>
/// A password in the place of another: with it every session ends, and, if wished, everything agents were allowed, in one transaction.
/// The hashes are computed before it begins, so that nobody waits for them to write.
/// </summary>
internal sealed class NewPassword(AgentAuthDb db, UserManager<Account> accounts, Sessions sessions, Revoker revoker)
{
    private static readonly Result Wrong = new(WasWrong: true, []);

    public async Task<Result> SetAsync(
        Guid accountId, string old, string password, bool withAgents, Actor actor, CancellationToken stop)
    {
        var account = await db.Users.SingleAsync(a => a.Id == accountId, stop);
        if (account.DisabledAt is not null || !await accounts.CheckPasswordAsync(account, old))
        {
            return Wrong;
        }
        var problems = new List<string>();
        foreach (var validator in accounts.PasswordValidators)
        {
            problems.AddRange((await validator.ValidateAsync(accounts, account, password)).Errors.Select(e => e.Description));
        }
        if (problems.Count > 0)
        {
            return new(WasWrong: false, problems);
        }
        account.PasswordHash = accounts.PasswordHasher.HashPassword(account, password);
        account.SecurityStamp = Guid.CreateVersion7().ToString();
        account.ConcurrencyStamp = Guid.CreateVersion7().ToString();
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        revoker.Audit("account.password", account.ForAudit(), reason: null, actor);
        await db.SaveChangesAsync(stop);
        await sessions.EndAllAsync(accountId, stop);
        if (withAgents)
        {
            await revoker.EndGrantsAsync(
                db.Grants.Where(g => g.AccountId == accountId), "account.end-grants", account.ForAudit(),
                "The person changed the password and removed all agents.", actor, stop);
        }
        await transaction.CommitAsync(stop);
        revoker.Announce();
        return new(WasWrong: false, []);
    }

    /// <param name="WasWrong">The old password was not right.</param>
    /// <param name="Problems">What is wrong with the new one.</param>
    internal sealed record Result(bool WasWrong, IReadOnlyList<string> Problems);
}

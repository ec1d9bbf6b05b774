using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.SignIn;

/// <summary>
/// Whose password this is. An unknown address, a wrong password and a disabled account cost the same statement and the same hash,
/// so that neither answer nor time tells who has an account.
/// </summary>
internal sealed class PasswordCheck(AgentAuthDb db, UserManager<Account> accounts, IPasswordHasher<Account> hasher, TimeProvider clock)
{
    private static string? _hashOfNobody;

    public async Task<Account?> FindAsync(string email, string password, CancellationToken stop)
    {
        var name = accounts.NormalizeEmail(email);
        var account = await db.Users.FirstOrDefaultAsync(a => a.NormalizedEmail == name, stop);
        var nobody = Account.For("", clock);
        var hash = account?.PasswordHash ?? (_hashOfNobody ??= hasher.HashPassword(nobody, "a password nobody has"));
        var verdict = hasher.VerifyHashedPassword(account ?? nobody, hash, password);
        if (account?.PasswordHash is null || account.DisabledAt is not null || verdict == PasswordVerificationResult.Failed)
        {
            return null;
        }
        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
        {
            account.PasswordHash = hasher.HashPassword(account, password);
            await db.SaveChangesAsync(stop);
        }
        return account;
    }
}

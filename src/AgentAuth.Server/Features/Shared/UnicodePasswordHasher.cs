using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Features.Shared;

/// <summary>One password, however the keyboard composes its accents: it is hashed in Unicode's NFC.</summary>
internal sealed class UnicodePasswordHasher(IOptions<PasswordHasherOptions> options) : PasswordHasher<Account>(options)
{
    /// <summary>PBKDF2 with HMAC-SHA-512.</summary>
    public const int Iterations = 210_000;

    public override string HashPassword(Account user, string password) => base.HashPassword(user, UnicodeText.Normal(password));

    public override PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword) =>
        base.VerifyHashedPassword(user, hashedPassword, UnicodeText.Normal(providedPassword));
}

using System.Text;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Features.Shared;

/// <summary>One password, however the keyboard composes its accents: it is hashed in Unicode's NFC.</summary>
internal sealed class UnicodePasswordHasher(IOptions<PasswordHasherOptions> options) : PasswordHasher<Account>(options)
{
    /// <summary>PBKDF2 with HMAC-SHA-512.</summary>
    public const int Iterations = 210_000;

    public override string HashPassword(Account user, string password) => base.HashPassword(user, Normal(password));

    public override PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword) =>
        base.VerifyHashedPassword(user, hashedPassword, Normal(providedPassword));

    /// <summary>Half a surrogate pair cannot be normalized; by way of UTF-8 it becomes the replacement character first.</summary>
    public static string Normal(string password) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(password)).Normalize(NormalizationForm.FormC);
}

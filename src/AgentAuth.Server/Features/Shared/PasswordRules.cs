using System.Text;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Identity;

namespace AgentAuth.Server.Features.Shared;

/// <summary>
/// What a password must not be: long enough is settled by Identity, this refuses the long ones that attackers try first. It looks at
/// what is left when the usual decoration (digits for letters, a year at the end, a word said twice) is taken off.
/// </summary>
internal sealed class PasswordRules : IPasswordValidator<Account>
{
    /// <summary>A password is the only proof here, so it is as long as NIST SP 800-63B-4 §3.1.1.2 asks of those.</summary>
    public const int MinLength = 15;

    private const string Common = "PasswordCommon";
    private const string TooLong = "PasswordTooLong";
    private const int FewestDifferent = 5;

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password)
    {
        if (password is { Length: > Account.MaxPasswordLength })
        {
            var tooLong = new IdentityError { Code = TooLong, Description = "That password is too long." };
            return Task.FromResult(IdentityResult.Failed(tooLong));
        }
        var isCommon = IsCommon(UnicodeText.Normal(password ?? ""), user.Email ?? "");
        return Task.FromResult(isCommon
            ? IdentityResult.Failed(
                new IdentityError { Code = Common, Description = "That password is among the first that attackers try." })
            : IdentityResult.Success);
    }

    public static bool IsAbout(IdentityError error) => error.Code.StartsWith("Password", StringComparison.Ordinal);

    internal static bool IsCommon(string password, string email)
    {
        var plain = Plain(password);
        if (plain.Distinct().Count() < FewestDifferent || IsRun(plain))
        {
            return true;
        }
        var own = email.Split('@', '.', '-', '_', '+').Where(p => p.Length > 2).Select(Plain);
        // Digits may stand for letters or for themselves.
        string[] words = [.. CommonPasswords.Words, .. own];
        return IsMadeOf(plain, words) || IsMadeOf(password.ToLowerInvariant(), words);
    }

    /// <summary>Nothing but such words, one after the other, and at most four letters between them.</summary>
    private static bool IsMadeOf(string text, string[] words)
    {
        var letters = string.Concat(text.Where(char.IsLetter));
        var rest = words.Where(w => w.Length > 2).OrderByDescending(w => w.Length)
            .Aggregate(letters, (left, word) => left.Replace(word, "", StringComparison.Ordinal));
        return rest.Length <= 4;
    }

    /// <summary>A walk over the keyboard, the alphabet or the digits.</summary>
    private static bool IsRun(string plain) => CommonPasswords.Runs.Select(Plain).Any(run =>
        string.Concat(Enumerable.Repeat(run, 1 + (plain.Length / run.Length) + 1)).Contains(plain, StringComparison.Ordinal));

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant())
        {
            plain.Append(c switch
            {
                '@' or '4' => 'a',
                '3' => 'e',
                '0' => 'o',
                '1' or '!' => 'i',
                '$' or '5' => 's',
                '7' => 't',
                _ => c,
            });
        }
        return plain.ToString();
    }
}

using System.Security.Cryptography;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace AgentAuth.Server.Features.Admin.People;

/// <summary>Makes an account with a password of the server's making, shown once to the administrator who passes it on.</summary>
internal sealed class AddPersonPage(AgentAuthDb db, Revoker revoker, TimeProvider clock, UserManager<Account> accounts)
    : AdminPage(db, revoker, clock)
{
    [BindProperty]
    public string? Email { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        var email = Email?.Trim();
        if (!PageAnswers.IsEmail(email) || !Words.ArePlain(email, Account.MaxEmailLength))
        {
            ModelState.AddModelError(nameof(Email), "Write an e-mail address.");
            return this.Refused();
        }
        var password = OneTimePassword.New();
        var account = Account.For(email!, Clock);
        await using var transaction = await Db.Database.BeginTransactionAsync(Stop);
        var made = await accounts.CreateAsync(account, password);
        if (!made.Succeeded)
        {
            ModelState.AddModelError(nameof(Email), made.Errors.Any(e => e.Code.StartsWith("Duplicate", StringComparison.Ordinal))
                ? "There is an account with this address."
                : made.Errors.First().Description);
            return this.Refused();
        }
        await SaveAsync("account.create", account.ForAudit());
        await transaction.CommitAsync(Stop);
        this.Say("The account is made. Pass the address and this password on by two different ways.");
        ShownOnce = password;
        return RedirectToPage("Person", new { id = account.Id });
    }
}

internal static class OneTimePassword
{
    // Nothing that is mistaken for something else.
    private const string Readable = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private const int Groups = 4;
    private const int GroupLength = 6;

    /// <summary>About 139 bits in groups that can be read out; drawn again until any rule about kinds of characters is met.</summary>
    public static string New()
    {
        while (true)
        {
            var groups = Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Readable, GroupLength));
            var password = string.Join('-', groups);
            if (password.Any(char.IsAsciiDigit) && password.Any(char.IsAsciiLetterLower) && password.Any(char.IsAsciiLetterUpper))
            {
                return password;
            }
        }
    }
}

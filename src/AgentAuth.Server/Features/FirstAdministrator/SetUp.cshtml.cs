using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.FirstAdministrator;

/// <summary>Whoever has the link printed at start becomes the administrator; to everybody else, and ever after, there is no such
/// page.</summary>
internal sealed partial class SetUpPage(
    SetUpLink link, Appointment appointment, IStringLocalizer<Texts> words, ILogger<SetUpPage> logger) : PageModel
{
    [BindProperty(Name = "token", SupportsGet = true)]
    public string? Token { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public string? Again { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken stop) => await IsOpenAsync(stop) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken stop)
    {
        if (!await IsOpenAsync(stop))
        {
            return NotFound();
        }
        Check();
        if (!ModelState.IsValid)
        {
            return this.Refused();
        }
        var made = await appointment.MakeAsync(Email!.Trim(), Password!, stop);
        if (made is null)
        {
            return NotFound();
        }
        if (!made.Succeeded)
        {
            foreach (var error in made.Errors)
            {
                ModelState.AddModelError(PasswordRules.IsAbout(error) ? nameof(Password) : nameof(Email), words[error.Description]);
            }
            return this.Refused();
        }
        MadeAdministrator(logger);
        this.Say(words["The administrator is made. Sign in to go on."]);
        return Redirect("~/sign-in");
    }

    private async Task<bool> IsOpenAsync(CancellationToken stop) => link.Accepts(Token) && !await appointment.ExistsAsync(stop);

    private void Check()
    {
        if (!PageAnswers.IsEmail(Email?.Trim()))
        {
            ModelState.AddModelError(nameof(Email), words["Enter an e-mail address, like name@example.com."]);
        }
        if (Password is not { Length: > 0 and <= Account.MaxPasswordLength })
        {
            ModelState.AddModelError(nameof(Password), words["Enter a password of at most {0} characters.", Account.MaxPasswordLength]);
        }
        else if (Password != Again)
        {
            ModelState.AddModelError(nameof(Again), words["The two passwords are not the same."]);
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "The first administrator was made; the set-up page is closed.")]
    private static partial void MadeAdministrator(ILogger logger);
}

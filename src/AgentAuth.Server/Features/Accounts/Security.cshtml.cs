using System.Globalization;
using System.Security.Claims;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>The person's own password and sessions. Guessing the old password is slowed down as signing in is.</summary>
[Authorize]
internal sealed partial class SecurityPage(
    AgentAuthDb db, NewPassword passwords, Sessions sessions, SignInThrottle throttle, TimeProvider clock, IStringLocalizer<Texts> words,
    ILogger<SecurityPage> logger) : PageModel
{
    [BindProperty]
    public string? Old { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public string? Again { get; set; }

    /// <summary>Browsers that are signed in beside this one.</summary>
    public int Others { get; private set; }

    public Task OnGetAsync() => CountAsync();

    public async Task<IActionResult> OnPostPasswordAsync(string? agents)
    {
        await CountAsync();
        Check();
        if (!ModelState.IsValid)
        {
            return this.Refused();
        }
        var address = HttpContext.Connection.RemoteIpAddress;
        if (throttle.Begin(address, User.Email()) is { } wait)
        {
            return TooManyTries(wait);
        }
        var result = await passwords.SetAsync(User.AccountId(), Old!, Password!, agents == "true", HttpContext.Actor(), Stop);
        if (result.WasWrong)
        {
            throttle.Failed(address, User.Email());
            ModelState.AddModelError(nameof(Old), words["That is not your password."]);
            return this.Refused();
        }
        throttle.Succeeded(address, User.Email());
        if (result.Problems.Count > 0)
        {
            foreach (var problem in result.Problems)
            {
                ModelState.AddModelError(nameof(Password), words[problem]);
            }
            return this.Refused();
        }
        // The proof is another: this browser too begins anew, with a key nobody has seen.
        var person = new ClaimsIdentity([new(SessionClaims.Subject, User.AccountId().ToString("D"))], IdentityConstants.ApplicationScheme);
        await HttpContext.SignInAsync(IdentityConstants.ApplicationScheme, new ClaimsPrincipal(person));
        Changed(logger, User.AccountId(), address);
        this.Say(words["The password is changed, and every other browser is signed out."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostElsewhereAsync()
    {
        await sessions.EndOthersAsync(User.AccountId(), Request.Cookies[SessionCookie.Name]!, Stop);
        this.Say(words["You are signed in only here."]);
        return RedirectToPage();
    }

    private CancellationToken Stop => HttpContext.RequestAborted;

    private async Task CountAsync()
    {
        var (id, now, own) = (User.AccountId(), clock.GetUtcNow(), User.FindFirstValue(SessionClaims.SessionId));
        Others = await db.Sessions.CountAsync(s => s.AccountId == id && s.EndsAt > now && s.Id != own, Stop);
    }

    /// <summary>What is too long is refused before any hash is computed.</summary>
    private void Check()
    {
        if (Old is not { Length: > 0 and <= Account.MaxPasswordLength })
        {
            ModelState.AddModelError(nameof(Old), words["Enter your password."]);
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

    private PageResult TooManyTries(TimeSpan wait)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        ModelState.AddModelError("", words["Too many tries. Wait {0} seconds, then try again.", seconds]);
        return this.Refused(StatusCodes.Status429TooManyRequests);
    }

    [LoggerMessage(1103, LogLevel.Information, "Account {AccountId} changed its password from {Address}.")]
    private static partial void Changed(ILogger logger, Guid accountId, System.Net.IPAddress? address);
}

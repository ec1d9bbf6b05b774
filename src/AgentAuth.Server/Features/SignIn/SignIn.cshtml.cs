using System.Globalization;
using System.Security.Claims;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.SignIn;

[SignedInMeanwhile]
internal sealed partial class SignInPage(
    PasswordCheck passwords, SignInThrottle throttle, IStringLocalizer<Texts> words, ILogger<SignInPage> logger) : PageModel
{
    [BindProperty(Name = "returnUrl", SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public bool IsForApp => Back.StartsWith($"{Request.PathBase}{Endpoints.Authorize}?", StringComparison.Ordinal);

    private string Back => LocalUrl.Or(ReturnUrl, $"{Request.PathBase}/account/agents");

    /// <param name="again">The request wants the person to sign in although they are.</param>
    public async Task<IActionResult> OnGetAsync(string? again)
    {
        await PrepareAsync();
        if (User.IsSignedIn() && string.IsNullOrEmpty(again))
        {
            return LocalRedirect(Back);
        }
        Email = IsForApp ? LoginHint() : null;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken stop)
    {
        await PrepareAsync();
        Check();
        if (!ModelState.IsValid)
        {
            return this.Refused();
        }
        var address = HttpContext.Connection.RemoteIpAddress;
        if (throttle.Begin(address, Email!) is { } wait)
        {
            Telemetry.SignInThrottled();
            return TooManyTries(wait);
        }
        var account = await passwords.FindAsync(Email!.Trim(), Password!, stop);
        if (account is null)
        {
            throttle.Failed(address, Email!);
            Telemetry.SignInRefused();
            RefusedSignIn(logger, address);
            ModelState.AddModelError(nameof(Email), words["The e-mail address or the password is not right."]);
            return this.Refused();
        }
        throttle.Succeeded(address, Email!);
        var person = new ClaimsIdentity([new(SessionClaims.Subject, account.Subject)], IdentityConstants.ApplicationScheme);
        await HttpContext.SignInAsync(IdentityConstants.ApplicationScheme, new ClaimsPrincipal(person));
        Telemetry.SignedIn();
        SignedIn(logger, account.Id, address);
        return LocalRedirect(Back);
    }

    /// <summary>The redirects after this form end at the app; where that is, only what is proved decides.</summary>
    private async Task PrepareAsync()
    {
        ReturnUrl = Back;
        if (IsForApp && await ProvedRedirect.OriginAsync(HttpContext.RequestServices, Back) is { } origin)
        {
            HttpContext.AllowFormActionTo(origin);
        }
    }

    private void Check()
    {
        if (string.IsNullOrWhiteSpace(Email) || Email.Length > Account.MaxEmailLength || !UnicodeText.IsNormalizable(Email))
        {
            ModelState.AddModelError(nameof(Email), words["Enter your e-mail address."]);
        }
        if (Password is not { Length: > 0 and <= Account.MaxPasswordLength })
        {
            ModelState.AddModelError(nameof(Password), words["Enter your password."]);
        }
    }

    private PageResult TooManyTries(TimeSpan wait)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        ModelState.AddModelError("", words["Too many tries. Wait {0} seconds, then try again.", seconds]);
        return this.Refused(StatusCodes.Status429TooManyRequests);
    }

    private string? LoginHint()
    {
        var query = QueryHelpers.ParseQuery(Back[Back.IndexOf('?', StringComparison.Ordinal)..]);
        var hint = query.TryGetValue("login_hint", out var given) ? given.ToString() : null;
        return PageAnswers.IsEmail(hint) ? hint : null;
    }

    [LoggerMessage(1101, LogLevel.Information, "Account {AccountId} signed in from {Address}.")]
    private static partial void SignedIn(ILogger logger, Guid accountId, System.Net.IPAddress? address);

    [LoggerMessage(1102, LogLevel.Warning, "A sign-in from {Address} was refused.")]
    private static partial void RefusedSignIn(ILogger logger, System.Net.IPAddress? address);
}

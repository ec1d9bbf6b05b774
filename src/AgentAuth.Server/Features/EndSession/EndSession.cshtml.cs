using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc6749Framework;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;

namespace AgentAuth.Server.Features.EndSession;

/// <summary>
/// OpenID Connect RP-Initiated Logout 1.0. The person is always asked, or any page could sign them out with an image; OpenIddict has proved
/// the address to return to by the time this is called.
/// </summary>
[IgnoreAntiforgeryToken] // an app may post its request too (§2): without our token, a post is a question like a get
internal sealed class EndSessionPage(Issuer issuer, IAntiforgery antiforgery) : PageModel
{
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; private set; } = [];

    /// <summary>Where the button leads in the end; the person is told before pressing it.</summary>
    public string? Origin { get; private set; }

    public IActionResult OnGet() => HttpContext.GetOpenIddictServerRequest() is { } request ? Question(request) : NotFound();

    public async Task<IActionResult> OnPostAsync()
    {
        if (HttpContext.GetOpenIddictServerRequest() is not { } request)
        {
            return NotFound();
        }
        if (!await antiforgery.IsRequestValidAsync(HttpContext))
        {
            return Question(request);
        }
        await HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
        return SignOut(
            new AuthenticationProperties { RedirectUri = issuer.Path + "/" },
            OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private PageResult Question(OpenIddictRequest request)
    {
        Parameters = [.. request.GetParameters()
            .Where(p => p.Value.Count <= 1 && p.Key != antiforgery.GetTokens(HttpContext).FormFieldName)
            .Select(p => KeyValuePair.Create(p.Key, (string?)p.Value ?? ""))];
        if (!string.IsNullOrEmpty(request.PostLogoutRedirectUri))
        {
            Origin = ProvedRedirect.OriginOf(request.PostLogoutRedirectUri);
            HttpContext.AllowFormActionTo(Origin);
        }
        return Page();
    }
}

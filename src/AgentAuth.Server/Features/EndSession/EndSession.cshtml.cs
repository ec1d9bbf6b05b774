using AgentAuth.Server.Specs;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OpenIddict.Server.AspNetCore;

namespace AgentAuth.Server.Features.EndSession;

/// <summary>
/// OpenID Connect RP-Initiated Logout 1.0. The person is always asked, or any page could sign them out with an image; OpenIddict has proved
/// the address to return to by the time this is called.
/// </summary>
internal sealed class EndSessionPage(Issuer issuer) : PageModel
{
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; private set; } = [];

    public void OnGet() =>
        Parameters = [.. HttpContext.GetOpenIddictServerRequest()!.GetParameters()
            .Where(p => p.Value.Count == 1)
            .Select(p => KeyValuePair.Create(p.Key, (string?)p.Value ?? ""))];

    public async Task<IActionResult> OnPostAsync()
    {
        await HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
        return SignOut(
            new AuthenticationProperties { RedirectUri = issuer.Path + "/" },
            OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }
}

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AgentAuth.Server.Features.SignIn;

/// <summary>Opening it asks, only the button signs out: a link or a picture somewhere else cannot.</summary>
internal sealed class SignOutPage : PageModel
{
    public async Task<IActionResult> OnPostAsync()
    {
        await HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
        Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\""; // not "cookies": it would reach into sibling subdomains
        return Redirect("~/sign-out");
    }
}

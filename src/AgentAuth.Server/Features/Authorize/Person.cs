using System.Globalization;
using System.Security.Claims;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>Who is signed in, as the session says.</summary>
internal sealed record Person(Guid AccountId, string SessionId, long SignedInAt)
{
    public static Person? Of(ClaimsPrincipal? principal) =>
        Guid.TryParse(principal?.FindFirstValue(OpenIddictConstants.Claims.Subject), out var id)
        && principal?.FindFirstValue("sid") is { Length: > 0 } session
        && long.TryParse(principal.FindFirstValue(OpenIddictConstants.Claims.AuthenticationTime), CultureInfo.InvariantCulture, out var at)
            ? new Person(id, session, at)
            : null;
}

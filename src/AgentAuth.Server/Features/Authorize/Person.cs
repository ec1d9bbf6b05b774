using System.Globalization;
using System.Security.Claims;
using AgentAuth.Server.Tokens;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>Who is signed in, as the session says.</summary>
internal sealed record Person(Guid AccountId, string SessionId, long SignedInAt)
{
    public static Person? Of(ClaimsPrincipal? principal) =>
        Guid.TryParse(principal?.FindFirstValue(SessionClaims.Subject), out var id)
        && principal?.FindFirstValue(SessionClaims.SessionId) is { Length: > 0 } session
        && long.TryParse(principal.FindFirstValue(SessionClaims.AuthenticatedAt), CultureInfo.InvariantCulture, out var at)
            ? new Person(id, session, at)
            : null;
}

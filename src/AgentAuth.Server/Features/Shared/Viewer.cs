using System.Security.Claims;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;

namespace AgentAuth.Server.Features.Shared;

/// <summary>Who looks at the page, read from the session's principal.</summary>
internal static class Viewer
{
    public static bool IsSignedIn(this ClaimsPrincipal person) => person.Identity is { IsAuthenticated: true };

    public static bool IsAdministrator(this ClaimsPrincipal person) => person.IsInRole(Role.Administrator);

    public static bool IsDeveloper(this ClaimsPrincipal person) => person.IsInRole(Role.Developer);

    public static Guid AccountId(this ClaimsPrincipal person) => Guid.Parse(person.FindFirst(SessionClaims.Subject)!.Value);

    public static string Email(this ClaimsPrincipal person) => person.FindFirst(SessionClaims.Email)?.Value ?? "";

    /// <summary>The person as the audit table names them.</summary>
    public static Actor Actor(this HttpContext context) =>
        new(context.User.AccountId(), context.User.Email(), context.Connection.RemoteIpAddress?.ToString());
}

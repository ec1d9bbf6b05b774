using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens;

/// <summary>What the principal of a signed-in browser says.</summary>
internal static class SessionClaims
{
    /// <summary>The account's identifier, as in every token.</summary>
    public const string Subject = OpenIddictConstants.Claims.Subject;

    public const string Email = OpenIddictConstants.Claims.Email;

    public const string Role = OpenIddictConstants.Claims.Role;

    /// <summary>When the password was checked, in seconds since 1970.</summary>
    public const string AuthenticatedAt = OpenIddictConstants.Claims.AuthenticationTime;

    /// <summary>The <see cref="Model.Session"/>'s identifier, which is not the cookie's key.</summary>
    public const string SessionId = "sid";
}

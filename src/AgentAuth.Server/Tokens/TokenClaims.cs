using System.Security.Claims;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// What tokens say, in one place. An access token (RFC 9068) says who, which client, which grant, which scopes, for which resource, and
/// nothing about the person; an ID token says what the person allowed to be known.
/// </summary>
internal static class TokenClaims
{
    /// <summary>The grant's identifier in access tokens, by which resource servers learn that it ended.</summary>
    public const string GrantId = "gid";

    private const string AuthenticationType = "agentauth";

    public static ClaimsPrincipal For(Grant grant, Account account, IReadOnlyList<string> scopes, long? signedInAt)
    {
        var identity = new ClaimsIdentity(AuthenticationType, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, account.Subject);
        identity.SetClaim(GrantId, grant.Id.ToString("D"));
        identity.SetAuthorizationId(grant.Id.ToString());
        identity.SetScopes(scopes);
        identity.SetResources(grant.Resource.Identifier);
        if (grant.Details is { } details)
        {
            identity.AddClaim(new Claim(AuthorizationDetails.Name, details, JsonClaimValueTypes.JsonArray));
        }
        if (signedInAt is { } at)
        {
            identity.SetClaim(Claims.AuthenticationTime, at);
        }
        if (scopes.Contains(Scopes.Email, StringComparer.Ordinal))
        {
            identity.SetClaim(Claims.Email, account.Email);
            identity.SetClaim(Claims.EmailVerified, account.EmailConfirmed);
        }
        identity.SetDestinations(Destination);
        return new ClaimsPrincipal(identity);
    }

    /// <summary>A client acting for itself: no person, no grant; ended with all of its client's.</summary>
    public static ClaimsPrincipal For(Access access)
    {
        var identity = new ClaimsIdentity(AuthenticationType, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, access.Client.ClientId);
        identity.SetScopes(access.Scopes);
        identity.SetResources(access.Resource.Identifier);
        identity.SetDestinations(Destination);
        return new ClaimsPrincipal(identity);
    }

    private static IEnumerable<string> Destination(Claim claim) => claim.Type switch
    {
        Claims.Subject => [Destinations.AccessToken, Destinations.IdentityToken],
        GrantId or AuthorizationDetails.Name => [Destinations.AccessToken],
        Claims.AuthenticationTime or Claims.Email or Claims.EmailVerified => [Destinations.IdentityToken],
        _ => [],
    };
}

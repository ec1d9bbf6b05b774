using System.Security.Claims;
using AgentAuth.ResourceServer.Rfc9396AuthorizationDetails;

namespace AgentAuth.ResourceServer.Rfc9068AccessTokens;

/// <summary>A token whose signature, issuer, audience, type and time are proven; whether it was revoked is another question.</summary>
/// <param name="Identity">Its claims, one <c>scope</c> claim per scope.</param>
/// <param name="ClientId">The agent.</param>
/// <param name="GrantId">The grant it came from, if any.</param>
/// <param name="TokenId">Its <c>jti</c>, if any.</param>
/// <param name="IssuedAt">Its <c>iat</c>; zero when it has none, so that each cut-off date catches it.</param>
/// <param name="Granted">Its scopes as it names them.</param>
/// <param name="Scopes">Its scopes with all they imply.</param>
internal sealed record AccessToken(
    ClaimsIdentity Identity,
    string ClientId,
    string? GrantId,
    string? TokenId,
    long IssuedAt,
    IReadOnlyList<string> Granted,
    IReadOnlyList<string> Scopes)
{
    /// <summary>What it says beside its scopes.</summary>
    public TokenDetails Details { get; init; } = TokenDetails.None;

    /// <summary>The same token with these scopes, and what they imply, in the place of its own.</summary>
    public AccessToken With(IReadOnlyList<string> granted, AgentAuthOptions options)
    {
        var scopes = ScopeSet.WithImplied(granted, options.ImpliedScopes);
        return this with { Identity = IdentityOf(Identity.Claims, scopes, options.Issuer), Granted = granted, Scopes = scopes };
    }

    /// <summary>The same token held to these limits, whatever it says itself.</summary>
    public AccessToken Within(IReadOnlyList<string> limits, AgentAuthOptions options)
    {
        var claims = TokenDetails.WithLimits(Identity.Claims, limits, options.Issuer).ToList();
        return this with
        {
            Identity = new ClaimsIdentity(claims, AgentCaller.AuthenticationType, "sub", "roles"),
            Details = TokenDetails.Of(claims)!, // both parts were read before
        };
    }

    public static ClaimsIdentity IdentityOf(IEnumerable<Claim> claims, IEnumerable<string> scopes, string issuer) => new(
        claims.Where(claim => claim.Type != "scope")
            .Concat(scopes.Select(scope => new Claim("scope", scope, ClaimValueTypes.String, issuer))),
        AgentCaller.AuthenticationType,
        "sub",
        "roles");
}

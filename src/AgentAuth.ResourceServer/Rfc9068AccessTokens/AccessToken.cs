using System.Security.Claims;

namespace AgentAuth.ResourceServer.Rfc9068AccessTokens;

/// <summary>A token whose signature, issuer, audience, type and time are proven; whether it was revoked is another question.</summary>
/// <param name="Identity">Its claims, one <c>scope</c> claim per scope.</param>
/// <param name="ClientId">The agent.</param>
/// <param name="GrantId">The grant it came from, if any.</param>
/// <param name="TokenId">Its <c>jti</c>, if any.</param>
/// <param name="IssuedAt">Its <c>iat</c>; zero when it has none, so that each cut-off date catches it.</param>
/// <param name="Scopes">Its scopes with all they imply.</param>
internal sealed record AccessToken(
    ClaimsIdentity Identity,
    string ClientId,
    string? GrantId,
    string? TokenId,
    long IssuedAt,
    IReadOnlyList<string> Scopes);

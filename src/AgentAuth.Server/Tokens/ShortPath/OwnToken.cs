using System.Globalization;
using System.Security.Claims;
using AgentAuth.Server.Specs;
using static OpenIddict.Abstractions.OpenIddictConstants;
using ClaimNames = OpenIddict.Abstractions.OpenIddictConstants.Claims;

namespace AgentAuth.Server.Tokens.ShortPath;

/// <summary>
/// What a code or refresh token stands for, as the short path needs it; read from and written to the claims both paths keep.
/// </summary>
internal sealed record OwnToken(
    IReadOnlyList<string> Scopes, string? Resource, long? SignedInAt, string? Nonce, string? RedirectUri, string? Challenge)
{
    /// <summary>Null when there is something in it that only the whole pipeline knows.</summary>
    public static OwnToken? Of(List<Claim> claims, string clientId, Issuer issuer)
    {
        var scopes = new List<string>();
        string? resource = null, nonce = null, redirectUri = null, challenge = null, method = null, presenter = null;
        long? signedInAt = null;
        foreach (var claim in claims)
        {
            switch (claim.Type)
            {
                case ClaimNames.Private.Scope: scopes.Add(claim.Value); break;
                case ClaimNames.Private.Resource when resource is null: resource = claim.Value; break;
                case ClaimNames.Private.Resource: return null;
                case ClaimNames.Private.Nonce: nonce = claim.Value; break;
                case ClaimNames.Private.RedirectUri: redirectUri = claim.Value; break;
                case ClaimNames.Private.CodeChallenge: challenge = claim.Value; break;
                case ClaimNames.Private.CodeChallengeMethod: method = claim.Value; break;
                case ClaimNames.Private.Presenter when presenter is null: presenter = claim.Value; break;
                case ClaimNames.Private.Presenter: return null;
                case ClaimNames.AuthenticationTime: signedInAt = long.Parse(claim.Value, CultureInfo.InvariantCulture); break;
                case ClaimNames.Private.Issuer when claim.Value != issuer.Uri.AbsoluteUri: return null;
                case ClaimNames.Confirmation: return null;
                default: break;
            }
        }
        return presenter == clientId && (method is null || method == CodeChallengeMethods.Sha256)
            ? new(scopes, resource, signedInAt, nonce, redirectUri, challenge)
            : null;
    }

    /// <summary>The claims of a code, as OpenIddict would have kept them.</summary>
    public IEnumerable<Claim> Claims(string type, string subject, string clientId, Guid grant, Issuer issuer)
    {
        yield return new(ClaimNames.Subject, subject);
        yield return new(ClaimNames.Private.TokenType, type);
        yield return new(ClaimNames.Private.Issuer, issuer.Uri.AbsoluteUri);
        yield return new(ClaimNames.Private.AuthorizationId, grant.ToString());
        yield return new(ClaimNames.Private.Presenter, clientId);
        yield return new(TokenClaims.GrantId, grant.ToString("D"));
        foreach (var scope in Scopes)
        {
            yield return new(ClaimNames.Private.Scope, scope);
        }
        if (SignedInAt is { } at)
        {
            yield return new(ClaimNames.AuthenticationTime, at.ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64);
        }
        foreach (var (name, value) in Named().Where(n => n.Value is not null))
        {
            yield return new(name, value!);
        }
    }

    private IEnumerable<(string Name, string? Value)> Named() =>
    [
        (ClaimNames.Private.Resource, Resource), (ClaimNames.Private.Nonce, Nonce), (ClaimNames.Private.RedirectUri, RedirectUri),
        (ClaimNames.Private.CodeChallenge, Challenge),
        (ClaimNames.Private.CodeChallengeMethod, Challenge is null ? null : CodeChallengeMethods.Sha256),
    ];

    /// <summary>What the refresh token that follows stands for.</summary>
    public OwnToken Next(IReadOnlyList<string> scopes) => this with { Scopes = scopes, RedirectUri = null, Challenge = null };
}

using AgentAuth.ResourceServer.Rfc6750Bearer;
using AgentAuth.ResourceServer.Rfc8414Metadata;
using AgentAuth.ResourceServer.Rfc8707Audience;
using AgentAuth.ResourceServer.Rfc9396AuthorizationDetails;
using AgentAuth.ResourceServer.Usage;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.ResourceServer.Rfc9068AccessTokens;

/// <summary>Checks an access token where it arrives, with the authorization server's public keys (RFC 9068 §4).</summary>
internal sealed class TokenVerifier(
    AgentAuthOptions options, AuthorizationServer server, TimeProvider clock, RefusalNotes? notes = null)
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    public async ValueTask<OrRefusal<AccessToken>> VerifyAsync(string token, CancellationToken cancellationToken) =>
        (await ProveAsync(token, TokenHeader.AccessToken, cancellationToken)).IsRefused(out var refusal, out var proven)
            ? refusal
            : Describe(proven);

    /// <summary>Signature, issuer, audience and time of a token of that type; what it says is for the caller to judge.</summary>
    public async ValueTask<OrRefusal<JsonWebToken>> ProveAsync(string token, string type, CancellationToken cancellationToken)
    {
        if (TokenHeader.Read(token, options.Algorithms, type).IsRefused(out var refusal, out var header))
        {
            return refusal;
        }

        if (await server.KnowingKeyAsync(header.KeyId, cancellationToken) is not { } documents)
        {
            return Refusal.ServerUnreachable;
        }

        if (!documents.Keys.TryGetValue(header.KeyId, out var key) || !SignatureAlgorithm.Fits(header.Algorithm, key))
        {
            return Refusal.InvalidToken("The token is signed with an unknown key.");
        }

        var outcome = await Handler.ValidateTokenAsync(token, RulesFor(header.Algorithm, key));
        return outcome.IsValid && outcome.SecurityToken is JsonWebToken proven ? proven : Explain(outcome.Exception, token);
    }

    private TokenValidationParameters RulesFor(string algorithm, JsonWebKey key) => new()
    {
        ValidAlgorithms = [algorithm],
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = false,
        IssuerValidator = (issuer, _, _) =>
            issuer == options.Issuer ? issuer : throw new SecurityTokenInvalidIssuerException("Another issuer."),
        AudienceValidator = (audiences, _, _) => Audience.Contains(audiences, options.Resource),
        LifetimeValidator = (notBefore, expires, _, _) => IsCurrent(notBefore, expires),
    };

    private bool IsCurrent(DateTime? notBefore, DateTime? expires)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires is { } end && now - Skew < end && (notBefore is not { } start || now + Skew >= start);
    }

    private OrRefusal<AccessToken> Describe(JsonWebToken token)
    {
        // A sender-constrained token without its proof is a stolen one until shown otherwise (RFC 9449 §7.1, RFC 8705 §3).
        if (token.TryGetPayloadValue<object>("cnf", out _))
        {
            return Refusal.InvalidToken("The token is bound to a key and this resource takes bearer tokens only.");
        }

        if (Text(token, "sub") is not { Length: > 0 } || Text(token, "client_id") is not { Length: > 0 } clientId)
        {
            return Refusal.InvalidToken("The token names no subject or no client.");
        }

        if (TokenDetails.Of(token.Claims) is not { } details)
        {
            return Refusal.InvalidToken("The token's authorization_details are not known here.");
        }

        var granted = token.Claims
            .Where(claim => claim.Type == "scope")
            .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        var scopes = ScopeSet.WithImplied(granted, options.ImpliedScopes);
        var identity = AccessToken.IdentityOf(token.Claims, scopes, options.Issuer);
        var issuedAt = token.TryGetPayloadValue<long>("iat", out var seconds) ? seconds : 0;
        return new AccessToken(identity, clientId, Text(token, "gid"), Text(token, "jti"), issuedAt, granted, scopes) { Details = details };
    }

    private static string? Text(JsonWebToken token, string claim) => token.TryGetPayloadValue<string>(claim, out var value) ? value : null;

    // Says which rule failed to the extent that a client can act on it; nothing about keys.
    private Refusal Explain(Exception? exception, string token) => exception switch
    {
        SecurityTokenInvalidLifetimeException => Refusal.InvalidToken("The token has expired or is not valid yet."),
        SecurityTokenInvalidAudienceException => ForAnother(Handler.ReadJsonWebToken(token)),
        SecurityTokenInvalidIssuerException => Refusal.InvalidToken("The token is from another issuer."),
        _ => Refusal.InvalidToken("The token is not valid."),
    };

    // The signature was checked before the audience: whoever brings such a token was given it, so nobody can invent what is told.
    private Refusal ForAnother(JsonWebToken token) => Refusal.InvalidToken(Audience.Words(token.Audiences, options.Resource)) with
    {
        ErrorId = token.Issuer == options.Issuer ? notes?.Note(Text(token, "client_id"), [.. token.Audiences]) : null,
    };
}

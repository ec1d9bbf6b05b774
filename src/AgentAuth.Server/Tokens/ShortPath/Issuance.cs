using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using AgentAuth.Server.Tokens.Keys;
using AgentAuth.Server.Tokens.Rows;
using Microsoft.Extensions.Options;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens.ShortPath;

/// <summary>
/// The tokens themselves, claim by claim what the whole pipeline makes: <see cref="TokenClaims"/> and OpenIddict's own. The test that holds
/// the two paths against each other keeps them so.
/// </summary>
internal sealed class Issuance(Issuer issuer, KeyRing ring, IOptions<TokenOptions> options)
{
    private const int ReferenceBytes = 32;

    public TimeSpan AccessTokenLifetime => options.Value.AccessToken;

    public TimeSpan RefreshTokenIdle => options.Value.RefreshTokenIdle;

    public bool IsReady => ring.ShortPathKeys.Count > 0;

    public string AccessToken(AccessTokenFacts token) => JwtWriter.Write(Key, Key.AccessTokenHeader, json =>
    {
        json.WriteString(Claims.Issuer, issuer.Value);
        json.WriteNumber(Claims.ExpiresAt, (token.IssuedAt + token.Lifetime).ToUnixTimeSeconds());
        json.WriteNumber(Claims.IssuedAt, token.IssuedAt.ToUnixTimeSeconds());
        json.WriteString(Claims.Audience, token.Resource);
        json.WriteString(Claims.Scope, token.Scope);
        json.WriteString(Claims.JwtId, Guid.CreateVersion7());
        json.WriteString(Claims.Subject, token.Subject);
        if (token.Grant is { } grant)
        {
            json.WriteString(TokenClaims.GrantId, grant);
            json.WriteString(Claims.Private.AuthorizationId, grant);
        }
        json.WriteString(Claims.Private.Presenter, token.ClientId);
        json.WriteString(Claims.ClientId, token.ClientId);
        WriteDetails(json, token.Details);
    });

    public string IdToken(AccessTokenFacts token, string accessToken, PersonRow person, OwnToken own) =>
        JwtWriter.Write(Key, Key.IdTokenHeader, json =>
        {
            json.WriteString(Claims.Issuer, issuer.Value);
            json.WriteNumber(Claims.ExpiresAt, (token.IssuedAt + options.Value.AccessToken).ToUnixTimeSeconds());
            json.WriteNumber(Claims.IssuedAt, token.IssuedAt.ToUnixTimeSeconds());
            json.WriteString(Claims.Audience, token.ClientId);
            json.WriteString(Claims.Subject, token.Subject);
            json.WriteString(Claims.Private.AuthorizationId, token.Grant!.Value);
            if (own.SignedInAt is { } at)
            {
                json.WriteNumber(Claims.AuthenticationTime, at);
            }
            if (token.Has(Scopes.Email))
            {
                json.WriteString(Claims.Email, person.Email);
                json.WriteBoolean(Claims.EmailVerified, person.EmailConfirmed);
            }
            json.WriteString(Claims.AuthorizedParty, token.ClientId);
            if (own.Nonce is not null)
            {
                json.WriteString(Claims.Nonce, own.Nonce);
            }
            json.WriteString(Claims.AccessTokenHash, JwtWriter.HalfDigest(accessToken));
        });

    /// <summary>What is sent to the client, and never kept.</summary>
    public static string NewReference() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(ReferenceBytes));

    /// <summary>What is kept of it, as OpenIddict keeps it.</summary>
    public static string Kept(string reference) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(reference)));

    public static void WriteTokens(
        Utf8JsonWriter json, string accessToken, TimeSpan lifetime, string? scope, string? idToken, string? refreshToken,
        string? details = null)
    {
        json.WriteString(Parameters.AccessToken, accessToken);
        json.WriteString(Parameters.TokenType, TokenTypes.Bearer);
        json.WriteNumber(Parameters.ExpiresIn, (long)(lifetime.TotalSeconds + 0.5));
        if (scope is not null)
        {
            json.WriteString(Parameters.Scope, scope);
        }
        if (idToken is not null)
        {
            json.WriteString(Parameters.IdToken, idToken);
        }
        if (refreshToken is not null)
        {
            json.WriteString(Parameters.RefreshToken, refreshToken);
        }
        WriteDetails(json, details);
    }

    private static void WriteDetails(Utf8JsonWriter json, string? details)
    {
        if (details is not null)
        {
            json.WritePropertyName(AuthorizationDetails.Name);
            json.WriteRawValue(details, skipInputValidation: true); // written by us
        }
    }

    private Es256Key Key => ring.ShortPathKeys[0];
}

/// <summary>What an access token says.</summary>
internal sealed record AccessTokenFacts(
    string Subject, string ClientId, string Resource, IReadOnlyList<string> Scopes, Guid? Grant, DateTimeOffset IssuedAt, TimeSpan Lifetime)
{
    public string Scope { get; } = string.Join(' ', Scopes);

    /// <summary>Its <c>authorization_details</c>, a JSON array; null when it has none.</summary>
    public string? Details { get; init; }

    public bool Has(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);
}

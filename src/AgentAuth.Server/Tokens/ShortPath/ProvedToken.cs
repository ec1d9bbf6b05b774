using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using AgentAuth.Server.Tokens.Keys;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens.ShortPath;

/// <summary>An access token of ours whose signature was verified, with what introspection says of it while it lives.</summary>
internal sealed record ProvedToken(
    string KeyId, string Id, string? Grant, string ClientId, string Audience, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt,
    byte[] Said)
{
    private const int MaxLength = 16 * 1024;

    /// <summary>Null for anything that is not an access token (RFC 9068) this server signed with a key in force.</summary>
    public static ProvedToken? Of(string text, IReadOnlyList<Es256Key> keys, string issuer)
    {
        if (text.Length > MaxLength || !Ascii.IsValid(text))
        {
            return null;
        }
        var bytes = Encoding.ASCII.GetBytes(text);
        if (keys.FirstOrDefault(k => bytes.AsSpan().StartsWith(k.AccessTokenHeader)) is not { } key)
        {
            return null; // another header than the one we write
        }
        var end = bytes.AsSpan().LastIndexOf((byte)'.');
        Span<byte> signature = stackalloc byte[Es256Key.SignatureBytes];
        var start = key.AccessTokenHeader.Length;
        if (end < start
            || Base64Url.DecodeFromUtf8(bytes.AsSpan(end + 1), signature, out _, out var length) != System.Buffers.OperationStatus.Done
            || length != Es256Key.SignatureBytes || !key.Verify(bytes.AsSpan(0, end), signature))
        {
            return null;
        }
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromUtf8(bytes.AsSpan(start, end - start)));
        return Read(payload.RootElement, key.Id, issuer);
    }

    /// <summary>Null when it is not as we write it now: OpenIddict knows how to read what was written otherwise.</summary>
    private static ProvedToken? Read(JsonElement claims, string keyId, string issuer)
    {
        if (Text(claims, Claims.Issuer) != issuer || Text(claims, Claims.Audience) is not { } audience
            || Text(claims, Claims.JwtId) is not { } id || Text(claims, Claims.ClientId) is not { } client
            || !claims.TryGetProperty(Claims.IssuedAt, out var issued) || !claims.TryGetProperty(Claims.ExpiresAt, out var expires))
        {
            return null;
        }
        var grant = Text(claims, TokenClaims.GrantId);
        return new(
            keyId, id, grant, client, audience, DateTimeOffset.FromUnixTimeSeconds(issued.GetInt64()),
            DateTimeOffset.FromUnixTimeSeconds(expires.GetInt64()), Answer.Object(json =>
            {
                json.WriteBoolean(Claims.Active, true);
                json.WriteString(Claims.Issuer, issuer);
                json.WriteString(Claims.Subject, Text(claims, Claims.Subject));
                json.WriteString(Claims.Scope, Text(claims, Claims.Scope));
                json.WriteString(Claims.JwtId, id);
                json.WriteString(Claims.TokenType, TokenTypes.Bearer);
                json.WriteString(Claims.TokenUsage, TokenTypeHints.AccessToken);
                json.WriteString(Claims.ClientId, client);
                json.WriteNumber(Claims.IssuedAt, issued.GetInt64());
                json.WriteNumber(Claims.NotBefore, issued.GetInt64());
                json.WriteNumber(Claims.ExpiresAt, expires.GetInt64());
                json.WriteString(Claims.Audience, audience);
                if (grant is not null)
                {
                    json.WriteString(TokenClaims.GrantId, grant);
                }
                if (claims.TryGetProperty(AuthorizationDetails.Name, out var details))
                {
                    json.WritePropertyName(AuthorizationDetails.Name);
                    details.WriteTo(json);
                }
            }));
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

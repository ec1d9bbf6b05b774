using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Specs.Rfc7591Registration;

namespace AgentAuth.Server.Specs.Rfc7523ClientAssertions;

/// <summary>A client's assertion about itself (RFC 7523 §3), read but not yet proved by a signature.</summary>
internal sealed record Assertion(
    string ClientId, string Algorithm, string? KeyId, string Id, DateTimeOffset EndsAt, byte[] Signed, byte[] Signature)
{
    /// <summary>The longest an assertion may live from now: its identifier is remembered until then.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(10);

    /// <summary>Clocks differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private const int MaxLength = 8 * 1024;
    private const int MaxIdLength = 256;

    /// <summary>Without a type it is what the whole world sends; with one it is this and no other kind of token.</summary>
    private static readonly string?[] Types = [null, "JWT", "application/jwt", "client-authentication+jwt"];

    /// <summary>Null when it is not well-formed, not for this server, or not for this moment.</summary>
    public static Assertion? Read(string? token, Issuer issuer, DateTimeOffset now)
    {
        if (token is not { Length: > 0 and <= MaxLength } || token.Split('.') is not [var head, var body, var signature]
            || !Base64Url.IsValid(head) || !Base64Url.IsValid(body) || !Base64Url.IsValid(signature)
            || !MetadataMembers.TryParse(Base64Url.DecodeFromChars(head), out var header))
        {
            return null;
        }
        using (header)
        {
            if (!IsPlain(header.RootElement) || !MetadataMembers.TryParse(Base64Url.DecodeFromChars(body), out var claims))
            {
                return null;
            }
            using (claims)
            {
                return EndOf(claims.RootElement, issuer, now) is { } endsAt
                    ? new(
                        Text(claims.RootElement, "sub")!, Text(header.RootElement, "alg")!, Text(header.RootElement, "kid"),
                        Text(claims.RootElement, "jti")!, endsAt, Encoding.ASCII.GetBytes($"{head}.{body}"),
                        Base64Url.DecodeFromChars(signature))
                    : null;
            }
        }
    }

    /// <summary>A known algorithm, a type that fits, and nothing that would have to be understood (RFC 7515 §4.1.11).</summary>
    private static bool IsPlain(JsonElement header) =>
        SigningAlgorithms.All.Contains(Text(header, "alg") ?? "", StringComparer.Ordinal)
        && !header.TryGetProperty("crit", out _) && !header.TryGetProperty("b64", out _)
        && (Text(header, "typ") is { } type
            ? Types.Contains(type, StringComparer.OrdinalIgnoreCase)
            : !header.TryGetProperty("typ", out _));

    /// <summary>
    /// When it ends; null when it does not say what it must. The audience is the issuer, alone and exactly: an assertion made for another
    /// server's endpoint could be handed on to us.
    /// </summary>
    private static DateTimeOffset? EndOf(JsonElement claims, Issuer issuer, DateTimeOffset now)
    {
        var isOwn = Text(claims, "iss") is { Length: > 0 } by && by == Text(claims, "sub") && Text(claims, "aud") == issuer.Value;
        if (!isOwn || Text(claims, "jti") is not { Length: > 0 and <= MaxIdLength } || Time(claims, "exp") is not { } end
            || end <= now - Skew || end > now + LongestLife + Skew)
        {
            return null;
        }
        return IsPast(claims, "nbf", now) && IsPast(claims, "iat", now) ? end : null;
    }

    private static bool IsPast(JsonElement claims, string name, DateTimeOffset now) =>
        !claims.TryGetProperty(name, out _) || Time(claims, name) <= now + Skew;

    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out var seconds)
        && seconds is > 0 and < 253_402_300_000 ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) ? MetadataMembers.TextOf(member) : null;
}

using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Specs.Refusals;
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

    private static readonly string[] Needed = ["iss", "sub", "jti"];
    private static readonly string[] Times = ["exp", "nbf", "iat"];

    private static readonly AssertionFault NoToken = new(
        ClientRules.Assertion, "It is no signed token of three parts in base64url, header and claims each one JSON object.");

    /// <summary>Without a type it is what the whole world sends; with one it is this and no other kind of token.</summary>
    private static readonly string?[] Types = [null, "JWT", "application/jwt", "client-authentication+jwt"];

    /// <summary>Read, or what is wrong with it: its form, what it is for, or this moment.</summary>
    public static (Assertion? Read, AssertionFault? Fault) Read(string? token, Issuer issuer, DateTimeOffset now)
    {
        if (token is not { Length: > 0 and <= MaxLength } || token.Split('.') is not [var head, var body, var signature]
            || !Base64Url.IsValid(head) || !Base64Url.IsValid(body) || !Base64Url.IsValid(signature)
            || !MetadataMembers.TryParse(Base64Url.DecodeFromChars(head), out var header))
        {
            return (null, NoToken);
        }
        using (header)
        {
            if (!MetadataMembers.TryParse(Base64Url.DecodeFromChars(body), out var claims))
            {
                return (null, NoToken);
            }
            using (claims)
            {
                if (HeaderFault(header.RootElement) is { } odd)
                {
                    return (null, odd);
                }
                return Fault(claims.RootElement, issuer, now) is { } fault
                    ? (null, fault)
                    : (new(
                        Text(claims.RootElement, "sub")!, Text(header.RootElement, "alg")!, Text(header.RootElement, "kid"),
                        Text(claims.RootElement, "jti")!, Time(claims.RootElement, "exp")!.Value,
                        Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature)), null);
            }
        }
    }

    /// <summary>A known algorithm, a type that fits, and nothing that would have to be understood (RFC 7515 §4.1.11).</summary>
    private static AssertionFault? HeaderFault(JsonElement header)
    {
        if (!SigningAlgorithms.All.Contains(Text(header, "alg") ?? "", StringComparer.Ordinal))
        {
            return new(AssertionRules.Header, Text(header, "alg") is { } alg
                ? $"The alg is {AssertionFault.Shown(alg)}; it must be one of {string.Join(", ", SigningAlgorithms.All)}."
                : $"There is no alg; it must be one of {string.Join(", ", SigningAlgorithms.All)}.");
        }
        if (header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _))
        {
            return new(AssertionRules.Header, "The header has crit or b64, which would have to be understood and is not.");
        }
        var type = Text(header, "typ");
        var isKnown = type is null ? !header.TryGetProperty("typ", out _) : Types.Contains(type, StringComparer.OrdinalIgnoreCase);
        return isKnown ? null : new(
            AssertionRules.Header,
            $"The typ is {AssertionFault.Shown(type ?? "no text")}; it must be JWT or client-authentication+jwt, or be left out.");
    }

    /// <summary>
    /// The audience is the issuer, alone and exactly: an assertion made for another server's endpoint could be handed on to us.
    /// </summary>
    private static AssertionFault? Fault(JsonElement claims, Issuer issuer, DateTimeOffset now)
    {
        if (ClaimsProblem(claims) is { } words)
        {
            return new(AssertionRules.Said, words);
        }
        if (Text(claims, "aud") != issuer.Value)
        {
            return new(AssertionRules.Audience, claims.TryGetProperty("aud", out var aud)
                ? $"The aud is {AssertionFault.Shown(MetadataMembers.TextOf(aud) ?? aud.GetRawText())}; it must be {issuer.Value}, alone."
                : $"There is no aud; it must be {issuer.Value}.");
        }
        return AssertionTime.Problem(Time(claims, "exp")!.Value, Time(claims, "nbf"), Time(claims, "iat"), now) is { } when
            ? new(AssertionRules.Moment, when)
            : null;
    }

    private static string? ClaimsProblem(JsonElement claims)
    {
        if (Array.Find(Needed, name => Text(claims, name) is not { Length: > 0 }) is { } absent)
        {
            return $"There is no {absent}, or it is no text.";
        }
        if (Text(claims, "iss") != Text(claims, "sub"))
        {
            return "iss and sub differ; both must be the client_id.";
        }
        if (Text(claims, "jti")!.Length > MaxIdLength)
        {
            return "The jti is longer than 256 characters.";
        }
        if (!claims.TryGetProperty("exp", out _))
        {
            return "There is no exp.";
        }
        return Array.Find(Times, name => claims.TryGetProperty(name, out _) && Time(claims, name) is null) is { } odd
            ? $"{odd} is no number of seconds since 1970."
            : null;
    }

    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out var seconds)
        && seconds is > 0 and < 253_402_300_000 ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) ? MetadataMembers.TextOf(member) : null;
}

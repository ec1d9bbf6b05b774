using System.Buffers.Text;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>One name and value of a token, what it means, and the instant it stands for if it does.</summary>
internal sealed record TokenPart(string Name, string Value, string Meaning, DateTimeOffset? At = null);

/// <summary>One thing a resource server or a client looks at, and what it found.</summary>
internal sealed record Check(string What, bool IsGood, string Found);

/// <summary>A JWT taken apart (RFC 7515 §3.1).</summary>
internal sealed record ReadToken(string Name, IReadOnlyList<TokenPart> Header, IReadOnlyList<TokenPart> Claims, IReadOnlyList<Check> Checks)
{
    private static readonly string[] Instants = ["exp", "iat", "nbf", "auth_time"];

    private static readonly FrozenDictionary<string, string> Meanings = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["alg"] = "How it is signed.",
        ["kid"] = "Which of the issuer's keys signed it.",
        ["typ"] = "What kind of token it is: at+jwt is an access token (RFC 9068 §2.1), so that an ID token is not taken for one.",
        ["iss"] = "Who issued it: byte for byte the issuer of the metadata.",
        ["sub"] = "Whom it is about: the person's identifier here, or the client's when it acts for itself.",
        ["aud"] = "Whom it is for: a resource server takes only tokens that name it (RFC 8707), a client only ID tokens that name it.",
        ["exp"] = "Until when it is good.",
        ["iat"] = "When it was issued.",
        ["nbf"] = "From when it is good.",
        ["jti"] = "Its own identifier: by it a single token can be ended.",
        ["client_id"] = "Which client acts for the person (RFC 9068 §2.2).",
        ["scope"] = "What it may be used for.",
        ["gid"] = "The grant: what the person allowed. When that ends, resource servers end the token by this.",
        ["azp"] = "The client it was issued to (OpenID Connect Core §2).",
        ["nonce"] = "What the client sent with its request: it must be the same.",
        ["at_hash"] = "Half of a hash of the access token that came with it (OpenID Connect Core §3.1.3.6).",
        ["auth_time"] = "When the person signed in.",
        ["email"] = "The person's address, because they allowed it.",
        ["email_verified"] = "Whether this server has proved the address.",
        ["oi_au_id"] = "This server's own: the grant again.",
        ["oi_prst"] = "This server's own: the client again.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Null when it is no JWT.</summary>
    public static ReadToken? Of(string name, string token)
    {
        var parts = token.Split('.');
        return parts.Length == 3 && Parts(parts[0]) is { } header && Parts(parts[1]) is { } claims ? new(name, header, claims, []) : null;
    }

    public string? Claim(string name) => Claims.FirstOrDefault(c => c.Name == name)?.Value;

    private static List<TokenPart>? Parts(string encoded)
    {
        try
        {
            using var json = JsonDocument.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(encoded)));
            return [.. json.RootElement.EnumerateObject().Select(Part)];
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static TokenPart Part(JsonProperty property)
    {
        var value = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
        var at = Instants.Contains(property.Name, StringComparer.Ordinal)
            && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : (DateTimeOffset?)null;
        return new(property.Name, value, Meanings.GetValueOrDefault(property.Name, ""), at);
    }
}

using System.Buffers.Text;
using System.Text.Json;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>
/// A client's public keys (RFC 7517), of the kinds its assertions may be signed with. A set that shows a secret is refused whole: whoever
/// can read it could sign with it.
/// </summary>
internal static class ClientKeys
{
    public const int MaxKeys = 20;

    private const int SmallestModulusBytes = 2048 / 8;
    private const int LargestModulusBytes = 8192 / 8;
    private const int LargestExponentBytes = 8;
    private const int MaxIdLength = 256;

    /// <summary>All that is kept of a key, and shown again: whatever else is in it is nobody's business here.</summary>
    private static readonly string[] Public = ["kty", "kid", "use", "alg", "crv", "n", "e", "x", "y"];

    private static readonly string[] Private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>Null when all is well; else what is wrong.</summary>
    public static string? Problem(JsonElement set)
    {
        if (set.ValueKind != JsonValueKind.Object || !set.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array
            || keys.GetArrayLength() is 0 or > MaxKeys)
        {
            return $"A key set is an object with between 1 and {MaxKeys} keys (RFC 7517).";
        }
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in keys.EnumerateArray())
        {
            if (ProblemOf(key) is { } problem)
            {
                return problem;
            }
            if (Text(key, "kid") is { } id && (id.Length > MaxIdLength || !ids.Add(id)))
            {
                return "Two keys have the same kid, or one has a very long one.";
            }
        }
        return keys.EnumerateArray().Any(Signs) ? null : "No key of the set can verify a signature: RSA, or EC with P-256, P-384 or P-521.";
    }

    /// <summary>A set without a <see cref="Problem"/>, as it is kept: the same keys, whatever else was written there.</summary>
    public static string Kept(JsonElement set) => JsonSerializer.Serialize(new
    {
        keys = set.GetProperty("keys").EnumerateArray().Select(
            key => Public.Select(name => (Name: name, Value: Text(key, name))).Where(m => m.Value is not null)
                .ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal)),
    });

    /// <summary>Whether an assertion may be signed with it; keys for encryption and of kinds not known here are let be.</summary>
    public static bool Signs(JsonElement key) =>
        Text(key, "use") is null or "sig" && Text(key, "kty") switch
        {
            "RSA" => true,
            "EC" => Text(key, "crv") is "P-256" or "P-384" or "P-521",
            _ => false,
        };

    private static string? ProblemOf(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || Text(key, "kty") is not { } kind)
        {
            return "Each key is an object with a kty.";
        }
        if (kind == "oct" || Private.Any(p => key.TryGetProperty(p, out _)))
        {
            return "The key set shows a private or a symmetric key. Make a new one, and publish only its public half.";
        }
        if (Public.FirstOrDefault(p => key.TryGetProperty(p, out var member) && !IsWord(member)) is { } odd)
        {
            return $"The member {odd} of a key must be a string.";
        }
        return kind switch
        {
            "RSA" when Length(Text(key, "n")) is < SmallestModulusBytes or > LargestModulusBytes =>
                "An RSA key has between 2048 and 8192 bits.",
            "RSA" when Length(Text(key, "e")) is 0 or > LargestExponentBytes => "An RSA key has an e.",
            "EC" when !IsNumber(Text(key, "x")) || !IsNumber(Text(key, "y")) => "An EC key has an x and a y.",
            _ => null,
        };
    }

    private static bool IsWord(JsonElement member) => member.ValueKind == JsonValueKind.Null || MetadataMembers.TextOf(member) is not null;

    private static bool IsNumber(string? text) => text is { Length: > 0 } && Base64Url.IsValid(text);

    /// <summary>Bytes of a number, without the zeros in front; zero when it is none.</summary>
    private static int Length(string? number)
    {
        if (number is null || !Base64Url.IsValid(number))
        {
            return 0;
        }
        return Base64Url.DecodeFromChars(number).AsSpan().TrimStart((byte)0).Length;
    }

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var member) ? MetadataMembers.TextOf(member) : null;
}

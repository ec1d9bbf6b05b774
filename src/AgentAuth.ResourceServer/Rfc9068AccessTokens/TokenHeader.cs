using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using AgentAuth.ResourceServer.Rfc6750Bearer;

namespace AgentAuth.ResourceServer.Rfc9068AccessTokens;

/// <summary>
/// The JOSE header, judged before any key is looked up. Only <c>typ</c>, <c>alg</c> and <c>kid</c> are ever used: a key or an address
/// of keys that comes along in the header (<c>jwk</c>, <c>jku</c>, <c>x5u</c>, <c>x5c</c>) is the attacker's choice.
/// </summary>
internal sealed record TokenHeader(string Algorithm, string KeyId)
{
    public const string AccessToken = "at+jwt";

    private const int LongestToken = 16 * 1024;
    private const int LongestKeyId = 256;

    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    public static OrRefusal<TokenHeader> Read(string token, IList<string> algorithms, string type = AccessToken)
    {
        if (token.Length > LongestToken)
        {
            return Refusal.InvalidToken("The token is too long.");
        }

        // Five parts would be an encrypted token; opening one with a key of ours is work an attacker may not order (RFC 8725 §3.10).
        if (token.AsSpan().Count('.') != 2)
        {
            return Refusal.InvalidToken("The token is not a signed JWT.");
        }

        // No padding, no blanks (RFC 7515 §2): one token has one spelling.
        if (token.AsSpan().ContainsAnyExcept(TokenChars))
        {
            return Refusal.InvalidToken("The token holds characters no JWT has.");
        }

        using var header = Parse(token.AsSpan(0, token.IndexOf('.', StringComparison.Ordinal)));
        return header is null
            ? Refusal.InvalidToken("The token's header cannot be read.")
            : Judge(header.RootElement, algorithms, type);
    }

    private static OrRefusal<TokenHeader> Judge(JsonElement header, IList<string> algorithms, string type)
    {
        // RFC 7515 §4.1.11: what must be understood and is not, refuses the token. We understand no extension, b64 least of all.
        if (header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _))
        {
            return Refusal.InvalidToken("The token's header asks for an extension.");
        }

        if (header.TryGetProperty("enc", out _) || header.TryGetProperty("zip", out _))
        {
            return Refusal.InvalidToken("Encrypted tokens are not accepted.");
        }

        // RFC 9068 §4. Keeps id_tokens and every other JWT of the same keys out.
        if (Text(header, "typ")?.ToLowerInvariant() is not { } said || (said != type && said != $"application/{type}"))
        {
            return Refusal.InvalidToken(type == AccessToken ? "The token is not an access token." : "The token is not one for this.");
        }

        if (Text(header, "alg") is not { } algorithm || !algorithms.Contains(algorithm, StringComparer.Ordinal))
        {
            return Refusal.InvalidToken("The token's signature algorithm is not accepted.");
        }

        return Text(header, "kid") is { Length: > 0 and <= LongestKeyId } keyId
            ? new TokenHeader(algorithm, keyId)
            : Refusal.InvalidToken("The token does not name its key.");
    }

    private static JsonDocument? Parse(ReadOnlySpan<char> encoded)
    {
        if (!Base64Url.IsValid(encoded))
        {
            return null;
        }

        try
        {
            var header = JsonDocument.Parse(Base64Url.DecodeFromChars(encoded), Strict);
            if (header.RootElement.ValueKind == JsonValueKind.Object)
            {
                return header;
            }

            header.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement header, string name) =>
        header.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

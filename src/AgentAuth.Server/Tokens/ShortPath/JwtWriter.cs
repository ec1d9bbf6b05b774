using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentAuth.Server.Tokens.Keys;

namespace AgentAuth.Server.Tokens.ShortPath;

/// <summary>A signed JWT (RFC 7515 §7.1), written straight into its bytes.</summary>
internal static class JwtWriter
{
    private static readonly JsonWriterOptions Plainly =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="key">Signs it.</param>
    /// <param name="header">Encoded, with its dot.</param>
    /// <param name="claims">Writes the properties of the payload.</param>
    public static string Write(Es256Key key, byte[] header, Action<Utf8JsonWriter> claims)
    {
        var payload = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(payload, Plainly))
        {
            json.WriteStartObject();
            claims(json);
            json.WriteEndObject();
        }
        var signedLength = header.Length + Base64Url.GetEncodedLength(payload.WrittenCount);
        var token = ArrayPool<byte>.Shared.Rent(signedLength + 1 + Base64Url.GetEncodedLength(Es256Key.SignatureBytes));
        header.CopyTo(token, 0);
        Base64Url.EncodeToUtf8(payload.WrittenSpan, token.AsSpan(header.Length));
        Span<byte> signature = stackalloc byte[Es256Key.SignatureBytes];
        key.Sign(token.AsSpan(0, signedLength), signature);
        token[signedLength] = (byte)'.';
        var length = signedLength + 1 + Base64Url.EncodeToUtf8(signature, token.AsSpan(signedLength + 1));
        var text = Encoding.ASCII.GetString(token, 0, length);
        ArrayPool<byte>.Shared.Return(token);
        return text;
    }

    /// <summary>The left half of a token's digest (OpenID Connect Core §3.1.3.6).</summary>
    public static string HalfDigest(string token)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(token), digest);
        return Base64Url.EncodeToString(digest[..(SHA256.HashSizeInBytes / 2)]);
    }
}

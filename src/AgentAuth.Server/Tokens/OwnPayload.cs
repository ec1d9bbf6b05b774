using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentAuth.Server.Tokens.Keys;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// What a code or refresh token stands for, as its row keeps it. Nobody but us reads it and who holds the token never sees it, so it is no
/// encrypted JWT but plain claims with a MAC over them and the row's identifier: who can write the table cannot write themselves a token,
/// nor move what one is worth to another row. The key lives as long as the key that seals everything of our own, so no rotation of the
/// published keys disconnects an agent.
/// </summary>
internal sealed class OwnPayload(KeyRing ring)
{
    private const string Version = "v1.";
    private const int MacLength = 43;

    private static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>v1.</c>, the MAC, and an array of [type, value] or [type, value, value type].</summary>
    public string Seal(Guid row, IEnumerable<Claim> claims)
    {
        using var buffer = new MemoryStream(1024);
        using (var json = new Utf8JsonWriter(buffer, Plainly))
        {
            json.WriteStartArray();
            foreach (var claim in claims)
            {
                json.WriteStartArray();
                json.WriteStringValue(claim.Type);
                json.WriteStringValue(claim.Value);
                if (claim.ValueType != ClaimValueTypes.String)
                {
                    json.WriteStringValue(claim.ValueType);
                }
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
        var text = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        return $"{Version}{Base64Url.EncodeToString(Mac(ring.OwnKeys[0].Key, row, text))}.{Encoding.UTF8.GetString(text)}";
    }

    public static bool IsOurs(string payload) => payload.StartsWith(Version, StringComparison.Ordinal);

    /// <summary>Null when it was not sealed by us for this row.</summary>
    public List<Claim>? Open(Guid row, string payload)
    {
        var start = Version.Length + MacLength + 1;
        if (!IsOurs(payload) || payload.Length <= start)
        {
            return null;
        }
        var text = Encoding.UTF8.GetBytes(payload, start, payload.Length - start);
        var mac = new byte[SHA256.HashSizeInBytes];
        if (!Base64Url.TryDecodeFromChars(payload.AsSpan(Version.Length, MacLength), mac, out var length) || length != mac.Length)
        {
            return null;
        }
        foreach (var key in ring.OwnKeys)
        {
            if (CryptographicOperations.FixedTimeEquals(mac, Mac(key.Key, row, text)))
            {
                return Read(text);
            }
        }
        return null;
    }

    private static List<Claim> Read(ReadOnlySpan<byte> text)
    {
        var claims = new List<Claim>(20);
        var json = new Utf8JsonReader(text);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            json.Read();
            var type = json.GetString()!;
            json.Read();
            var value = json.GetString()!;
            json.Read();
            if (json.TokenType == JsonTokenType.String)
            {
                claims.Add(new(type, value, json.GetString()));
                json.Read();
            }
            else
            {
                claims.Add(new(type, value));
            }
        }
        return claims;
    }

    private static byte[] Mac(byte[] key, Guid row, ReadOnlySpan<byte> text)
    {
        const int rowBytes = 16;
        var sealedBytes = new byte[rowBytes + text.Length];
        row.TryWriteBytes(sealedBytes);
        text.CopyTo(sealedBytes.AsSpan(rowBytes));
        return HMACSHA256.HashData(key, sealedBytes);
    }
}

using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AgentAuth.Server.Tokens.Receipts;

/// <summary>A receipt that was held against the published keys: what it says, or why it is worth nothing.</summary>
internal sealed record ReceiptCheck(ConsentReceipt? Receipt, string? Problem, string? Remark = null)
{
    private const int SignatureBytes = 64;

    public static ReceiptCheck Of(string jws, ReceiptKeySet keys)
    {
        var parts = jws.Trim().Split('.');
        if (parts.Length != 3 || !Array.TrueForAll(parts, p => Base64Url.IsValid(p)) || HeaderOf(parts[0]) is not { } header)
        {
            return No("This is no receipt: it is not a JWS of three parts, as it was downloaded.");
        }
        if (header.Type != ConsentReceipt.Type || header.Algorithm != "ES256" || header.IsCritical)
        {
            return No($"This is no receipt: its header says typ {header.Type}, alg {header.Algorithm}, where {ConsentReceipt.Type} and "
                + "ES256 belong.");
        }
        if (keys.Keys?.FirstOrDefault(k => k.Id is not null && k.Id == header.KeyId) is not { } key)
        {
            return No($"It says that key {header.KeyId} signed it, which is not among the {keys.Keys?.Count ?? 0} keys given. They may be "
                + "another server's, or older than the receipt.");
        }
        if (!IsSignedBy(key, parts))
        {
            return No($"The signature does not fit: key {header.KeyId} did not sign this text. It was altered, or never was a receipt.");
        }
        return Read(parts[1]) is { } receipt ? Held(receipt, keys.Issuer, key) : No("It is signed, and still not readable as a receipt.");
    }

    private static ReceiptCheck Held(ConsentReceipt receipt, string? issuer, ReceiptKey key)
    {
        if (issuer is not null && issuer != receipt.Issuer)
        {
            return No($"The keys are those of {issuer}, but the receipt says that {receipt.Issuer} gave it.");
        }
        if (key.End is not { } end)
        {
            return new(receipt, Problem: null);
        }
        var until = DateTimeOffset.FromUnixTimeSeconds(end.At).UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
        return receipt.At >= end.At
            ? No($"Its key was withdrawn on {until}, before the receipt was signed: whoever signed it was not the server.")
            : new(receipt, Problem: null, $"Its key was withdrawn later, on {until}. If it leaked, only our copy proves the date.");
    }

    private static bool IsSignedBy(ReceiptKey key, string[] parts)
    {
        var signature = Base64Url.DecodeFromChars(parts[2]);
        if (signature.Length != SignatureBytes || key is not { Type: "EC", Curve: "P-256" }
            || !Base64Url.IsValid(key.X) || !Base64Url.IsValid(key.Y))
        {
            return false;
        }
        try
        {
            using var ecdsa = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new() { X = Base64Url.DecodeFromChars(key.X), Y = Base64Url.DecodeFromChars(key.Y) },
            });
            return ecdsa.VerifyData(
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false; // no point of the curve
        }
    }

    private static ConsentReceipt? Read(string payload)
    {
        try
        {
            return JsonSerializer.Deserialize<ConsentReceipt>(Base64Url.DecodeFromChars(payload), ConsentReceipt.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Header? HeaderOf(string part)
    {
        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(part));
            var header = json.RootElement;
            return header.ValueKind == JsonValueKind.Object
                ? new(Text(header, "typ"), Text(header, "alg"), Text(header, "kid"), header.TryGetProperty("crit", out _))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement header, string name) =>
        header.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ReceiptCheck No(string problem) => new(Receipt: null, problem);

    private sealed record Header(string? Type, string? Algorithm, string? KeyId, bool IsCritical);
}

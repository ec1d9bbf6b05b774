using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc7591Registration;

namespace AgentAuth.Server.Specs.Rfc7523ClientAssertions;

/// <summary>Whether one of a client's keys made a signature (RFC 7518 §3). The key's kind, not the header, decides how.</summary>
internal static class Signatures
{
    /// <summary>Whether the set has the key the assertion names; when it names none, whether it has any.</summary>
    public static bool HasKey(JsonElement set, string? keyId) => Fitting(set, keyId).Any();

    /// <summary>Null when one of the set made it.</summary>
    public static AssertionFault? Fault(JsonElement set, Assertion assertion)
    {
        var fitting = Fitting(set, assertion.KeyId).ToList();
        return fitting.Exists(k => IsBy(assertion, k)) ? null : new(AssertionRules.Signature, Words(fitting, assertion));
    }

    private static string Words(List<JsonElement> fitting, Assertion assertion)
    {
        var kid = AssertionFault.Shown(assertion.KeyId ?? "");
        if (fitting.Count == 0)
        {
            return assertion.KeyId is null ? "The client's key set has no key that signs."
                : $"The client's key set has no key with the kid {kid}.";
        }
        var algorithms = fitting.Select(k => Text(k, "alg")).Distinct(StringComparer.Ordinal).ToList();
        return algorithms is [{ } only] && only != assertion.Algorithm
            ? $"The alg is {assertion.Algorithm}, and the client's key says {only}."
            : "None of the client's keys made the signature.";
    }

    private static IEnumerable<JsonElement> Fitting(JsonElement set, string? keyId) => set.GetProperty("keys").EnumerateArray()
        .Where(k => ClientKeys.Signs(k) && (keyId is null || Text(k, "kid") is null || Text(k, "kid") == keyId));

    private static bool IsBy(Assertion assertion, JsonElement key)
    {
        if (Text(key, "alg") is { } alg && alg != assertion.Algorithm)
        {
            return false;
        }
        try
        {
            return (Text(key, "kty"), assertion.Algorithm[..2]) switch
            {
                ("RSA", "RS") => IsByRsa(assertion, key, RSASignaturePadding.Pkcs1),
                ("RSA", "PS") => IsByRsa(assertion, key, RSASignaturePadding.Pss),
                ("EC", "ES") => IsByCurve(assertion, key),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            return false; // numbers that are no key
        }
    }

    private static bool IsByRsa(Assertion assertion, JsonElement key, RSASignaturePadding padding)
    {
        using var rsa = RSA.Create(new RSAParameters { Modulus = Number(key, "n"), Exponent = Number(key, "e") });
        return rsa.VerifyData(assertion.Signed, assertion.Signature, HashOf(assertion.Algorithm), padding);
    }

    private static bool IsByCurve(Assertion assertion, JsonElement key)
    {
        var (curve, algorithm) = Text(key, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, "ES256"),
            "P-384" => (ECCurve.NamedCurves.nistP384, "ES384"),
            _ => (ECCurve.NamedCurves.nistP521, "ES512"),
        };
        if (algorithm != assertion.Algorithm)
        {
            return false;
        }
        using var ec = ECDsa.Create(new ECParameters { Curve = curve, Q = { X = Number(key, "x"), Y = Number(key, "y") } });
        return ec.VerifyData(assertion.Signed, assertion.Signature, HashOf(algorithm));
    }

    private static HashAlgorithmName HashOf(string algorithm) => algorithm[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    private static byte[] Number(JsonElement key, string name) =>
        Text(key, name) is { } text && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var member) ? MetadataMembers.TextOf(member) : null;
}

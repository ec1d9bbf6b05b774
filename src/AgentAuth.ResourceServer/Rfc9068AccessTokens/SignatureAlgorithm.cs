using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.ResourceServer.Rfc9068AccessTokens;

/// <summary>Which algorithms exist for us and which kind of key each takes (RFC 8725 §3.1, §3.2). No "none", no shared secrets.</summary>
internal static class SignatureAlgorithm
{
    public static readonly IReadOnlyList<string> Known =
        ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

    public static bool IsKnown(string algorithm) => Known.Contains(algorithm, StringComparer.Ordinal);

    /// <summary>A key is for one algorithm family, and for one algorithm only when it says so: no RS to PS, no other curve.</summary>
    public static bool Fits(string algorithm, JsonWebKey key)
    {
        if (!string.IsNullOrEmpty(key.Alg) && key.Alg != algorithm)
        {
            return false;
        }

        return algorithm switch
        {
            "ES256" => key is { Kty: "EC", Crv: "P-256" },
            "ES384" => key is { Kty: "EC", Crv: "P-384" },
            "ES512" => key is { Kty: "EC", Crv: "P-521" },
            _ => key.Kty == "RSA",
        };
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>
/// Secrets are ours: 256 random bits. Nobody guesses them, so a plain SHA-256 keeps them as safe at rest as a slow hash would, and a
/// token request does not pay for one (nor does it tell by its duration whether a client exists).
/// </summary>
internal static class ClientSecret
{
    private const string Prefix = "sha256:";

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string secret) => Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public static bool Matches(string secret, string hash) => IsSame(Hash(secret), hash);

    /// <summary>Which of the client's secrets it is: the one without dates, or one of those with.</summary>
    public static SecretProof Prove(string? kept, IReadOnlyList<Secret> dated, string secret, DateTimeOffset now)
    {
        var hash = Hash(secret);
        if (kept is not null && IsSame(hash, kept))
        {
            return new(IsGood: true, Dated: null);
        }
        foreach (var one in dated)
        {
            if (IsSame(hash, one.Hash))
            {
                return new(!one.IsExpired(now), one);
            }
        }
        return default;
    }

    private static bool IsSame(string hash, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(other));
}

/// <summary>What a secret proved. One that is known and no longer good has expired.</summary>
internal readonly record struct SecretProof(bool IsGood, Secret? Dated)
{
    public bool IsExpired => !IsGood && Dated is not null;
}

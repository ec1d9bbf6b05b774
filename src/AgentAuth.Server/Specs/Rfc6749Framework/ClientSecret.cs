using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

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

    public static bool Matches(string secret, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(secret)), Encoding.ASCII.GetBytes(hash));
}

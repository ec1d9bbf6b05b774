using System.Text.RegularExpressions;

namespace AgentAuth.Server.Specs.Rfc7636Pkce;

/// <summary>The grammar of RFC 7636 §4.1 and §4.2, for S256 only (RFC 9700 §2.1.1).</summary>
internal static partial class Pkce
{
    public const string Method = "S256";

    private const int TimeoutMilliseconds = 100;

    /// <summary>A SHA-256 in base64url is 43 characters, never more or less.</summary>
    public static bool IsChallenge(string? challenge) => challenge is not null && Challenge().IsMatch(challenge);

    public static bool IsVerifier(string? verifier) => verifier is not null && Verifier().IsMatch(verifier);

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{43}\z", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex Challenge();

    [GeneratedRegex(@"\A[A-Za-z0-9._~-]{43,128}\z", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex Verifier();
}

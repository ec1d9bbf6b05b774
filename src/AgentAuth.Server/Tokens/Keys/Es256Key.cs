using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.Server.Tokens.Keys;

/// <summary>
/// A signing key as the short path uses it: signs and verifies without a descriptor, a handler or a provider in between. An
/// <see cref="ECDsa"/> is not promised to be safe for two callers at once, so each takes one of its own and gives it back.
/// </summary>
internal sealed class Es256Key(string id, ECParameters parameters)
{
    public const int SignatureBytes = 64;

    private readonly ConcurrentBag<ECDsa> _idle = [];

    public string Id => id;

    /// <summary>The first part of an access token (RFC 9068 §2.1).</summary>
    public byte[] AccessTokenHeader { get; } = Header(id, "at+jwt");

    /// <summary>The first part of an ID token.</summary>
    public byte[] IdTokenHeader { get; } = Header(id, "JWT");

    public static Es256Key? Of(SecurityKey key) =>
        key is ECDsaSecurityKey { ECDsa: { KeySize: 256 } ecdsa }
            ? new(key.KeyId, ecdsa.ExportParameters(includePrivateParameters: true))
            : null;

    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        var ecdsa = Take();
        ecdsa.SignData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        _idle.Add(ecdsa);
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var ecdsa = Take();
        var isGood = ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        _idle.Add(ecdsa);
        return isGood;
    }

    private ECDsa Take() => _idle.TryTake(out var ecdsa) ? ecdsa : ECDsa.Create(parameters);

    private static byte[] Header(string id, string type) =>
        Encoding.ASCII.GetBytes(Base64UrlEncoder.Encode($$"""{"alg":"ES256","kid":"{{id}}","typ":"{{type}}"}""") + ".");
}

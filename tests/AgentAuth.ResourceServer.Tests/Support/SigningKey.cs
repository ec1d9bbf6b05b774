using System.Buffers.Text;
using System.Security.Cryptography;

namespace AgentAuth.ResourceServer.Tests.Support;

/// <summary>A key of the fake issuer, or of somebody who would like to be it.</summary>
internal sealed class SigningKey(string keyId, ECCurve? curve = null) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);

    public string KeyId => keyId;

    public byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

    public string PublicPem => _key.ExportSubjectPublicKeyInfoPem();

    public byte[] Sign(byte[] data) => _key.SignData(data, HashAlgorithmName.SHA256);

    public Dictionary<string, string> ToPublicJwk()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return new(StringComparer.Ordinal)
        {
            ["kty"] = "EC",
            ["use"] = "sig",
            ["kid"] = keyId,
            ["crv"] = _key.KeySize == 256 ? "P-256" : "P-384",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    public void Dispose() => _key.Dispose();
}

using System.Security.Cryptography;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.Server.Tokens.Keys;

/// <summary>Makes keys and seals them for the database; unseals them for use.</summary>
internal sealed class KeyMint(IDataProtectionProvider protection, TimeProvider clock)
{
    private const int EncryptionKeyBytes = 32;

    private readonly IDataProtector _protector = protection.CreateProtector("AgentAuth.SigningKeys.v1");

    public SigningKey NewSigningKey(TimeSpan publishAhead) => NewEcKey(KeyUse.Signing, publishAhead);

    public SigningKey NewReceiptKey() => NewEcKey(KeyUse.Receipt, TimeSpan.Zero);

    public SigningKey NewEncryptionKey() =>
        Seal(KeyUse.Encryption, SecurityAlgorithms.Aes256KW, RandomNumberGenerator.GetBytes(EncryptionKeyBytes), TimeSpan.Zero);

    /// <exception cref="CryptographicException">The data protection keys that sealed it are not here.</exception>
    public SecurityKey Open(SigningKey key)
    {
        var material = _protector.Unprotect(key.Sealed);
        var id = key.Id.ToString("N");
        if (key.Use == KeyUse.Encryption)
        {
            return new SymmetricSecurityKey(material) { KeyId = id };
        }
        using var sealedKey = ECDsa.Create();
        sealedKey.ImportPkcs8PrivateKey(material, out _);
        CryptographicOperations.ZeroMemory(material);
#pragma warning disable CA2000 // the key ring keeps it for as long as it is published
        return new ECDsaSecurityKey(ECDsa.Create(sealedKey.ExportParameters(includePrivateParameters: true))) { KeyId = id };
#pragma warning restore CA2000
    }

    /// <summary>The key that signs what the given one encrypts; one use each.</summary>
    public static SymmetricSecurityKey SigningFor(SymmetricSecurityKey encryption) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, encryption.Key, EncryptionKeyBytes, salt: null, "AgentAuth.OwnTokens.v1"u8.ToArray()))
        {
            KeyId = encryption.KeyId + "s",
        };

    private SigningKey NewEcKey(KeyUse use, TimeSpan publishAhead)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Seal(use, SecurityAlgorithms.EcdsaSha256, key.ExportPkcs8PrivateKey(), publishAhead);
    }

    private SigningKey Seal(KeyUse use, string algorithm, byte[] material, TimeSpan publishAhead)
    {
        var now = clock.GetUtcNow();
        var sealedBytes = _protector.Protect(material);
        CryptographicOperations.ZeroMemory(material);
        return new() { Use = use, Algorithm = algorithm, Sealed = sealedBytes, CreatedAt = now, UsedFrom = now + publishAhead };
    }
}

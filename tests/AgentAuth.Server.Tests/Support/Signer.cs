using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AgentAuth.Server.Tests.Support;

/// <summary>A client's key pair: what it publishes, and what it signs.</summary>
internal sealed class Signer(string keyId = "k1")
{
    public const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly RSA _key = RSA.Create(2048);

    public object PublicKey
    {
        get
        {
            var numbers = _key.ExportParameters(includePrivateParameters: false);
            return new
            {
                kty = "RSA",
                kid = keyId,
                use = "sig",
                alg = "RS256",
                n = Base64Url.EncodeToString(numbers.Modulus),
                e = Base64Url.EncodeToString(numbers.Exponent),
            };
        }
    }

    public string KeySet => JsonSerializer.Serialize(new { keys = new[] { PublicKey } });

    /// <summary>An assertion as ChatGPT writes it; a change whose value is null leaves the member out.</summary>
    public string Assert(AuthServer server, string clientId, params (string Name, object? Value)[] changes)
    {
        var now = server.Clock.GetUtcNow().ToUnixTimeSeconds();
        var header = new Dictionary<string, object?>(StringComparer.Ordinal) { ["alg"] = "RS256", ["kid"] = keyId, ["typ"] = "JWT" };
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["iss"] = clientId,
            ["sub"] = clientId,
            ["aud"] = AuthServer.Issuer,
            ["iat"] = now,
            ["exp"] = now + 300,
            ["jti"] = Guid.CreateVersion7().ToString(),
        };
        foreach (var (name, value) in changes)
        {
            (header.ContainsKey(name) || name == "crit" ? header : claims)[name] = value;
        }
        var signed = $"{Part(header)}.{Part(claims)}";
        var signature = header["alg"] switch
        {
            "RS256" => _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PS256" => _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "HS256" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(signed)),
            _ => [],
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public (string, string?)[] Proof(AuthServer server, string clientId, params (string Name, object? Value)[] changes) =>
        [("client_assertion_type", JwtBearer), ("client_assertion", Assert(server, clientId, changes))];

    private static string Part(Dictionary<string, object?> members) => Base64Url.EncodeToString(
        JsonSerializer.SerializeToUtf8Bytes(members.Where(m => m.Value is not null).ToDictionary(m => m.Key, m => m.Value)));
}

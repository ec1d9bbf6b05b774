using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentAuth.ResourceServer.Tests.Support;

/// <summary>Makes tokens, good ones and all other kinds.</summary>
internal static class Minter
{
    public static string Mint(
        FakeIssuer issuer,
        string audience,
        string scope,
        Action<JsonObject>? claims,
        Action<JsonObject>? header,
        Func<byte[], byte[]> sign)
    {
        var now = issuer.Clock.GetUtcNow();
        var head = new JsonObject { ["typ"] = "at+jwt", ["alg"] = "ES256", ["kid"] = issuer.Key.KeyId };
        var body = new JsonObject
        {
            ["iss"] = issuer.Issuer,
            ["aud"] = audience,
            ["sub"] = "alice",
            ["client_id"] = "claude",
            ["scope"] = scope,
            ["gid"] = "grant-1",
            ["jti"] = Guid.CreateVersion7().ToString(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        header?.Invoke(head);
        claims?.Invoke(body);
        return Assemble(head.ToJsonString(), body.ToJsonString(), sign);
    }

    public static string Assemble(string header, string payload, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{signed}.{Encode(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Somebody who has a good token and the published keys, and makes other tokens from them.</summary>
internal sealed class Forger(string good, JsonElement jwk) : IDisposable
{
    public const string Sink = "http://127.0.0.1:9/forged";

    private readonly ECDsa _own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RSA.Create(2048);

    public static async Task<Forger> OfAsync(AuthServer server, string good)
    {
        using var http = server.Http();
        var jwks = JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync("/.well-known/jwks"));
        return new(good, jwks.GetProperty("keys")[0]);
    }

    /// <summary>Every forgery, by name.</summary>
    public Dictionary<string, string> All(string foreignTyp) => new(StringComparer.Ordinal)
    {
        ["alg none"] = With(h => h["alg"] = "none", _ => []),
        ["alg None"] = With(h => h["alg"] = "None", _ => []),
        ["alg nOnE"] = With(h => h["alg"] = "nOnE", _ => []),
        ["alg none, old signature"] = With(h => h["alg"] = "none", _ => Base64Url.DecodeFromChars(good.Split('.')[2])),
        ["no signature"] = With(_ => { }, _ => []),
        ["two parts"] = good[..good.LastIndexOf('.')],
        ["four parts"] = good + ".x",
        ["r = s = 0"] = With(_ => { }, _ => new byte[64]),
        ["short signature"] = With(_ => { }, _ => new byte[8]),
        ["HS256, key as text"] = Hmac(Encoding.UTF8.GetBytes(jwk.GetRawText())),
        ["HS256, key as DER"] = Hmac(PublicKey().ExportSubjectPublicKeyInfo()),
        ["HS256, key as PEM"] = Hmac(Encoding.ASCII.GetBytes(PublicKey().ExportSubjectPublicKeyInfoPem())),
        ["HS256, empty key"] = Hmac([]),
        ["another's key, our kid"] = With(_ => { }, Ecdsa),
        ["another's key, unknown kid"] = With(h => h["kid"] = "unknown", Ecdsa),
        ["another's key, no kid"] = With(h => h.Remove("kid"), Ecdsa),
        ["RS256, our kid"] = With(h => h["alg"] = "RS256", Rsa(RSASignaturePadding.Pkcs1)),
        ["PS256, our kid"] = With(h => h["alg"] = "PS256", Rsa(RSASignaturePadding.Pss)),
        ["ES384"] = With(h => h["alg"] = "ES384", Ecdsa),
        ["jwk in the header"] = With(h => { h["jwk"] = Jwk(); h.Remove("kid"); }, Ecdsa),
        ["jku"] = With(h => h["jku"] = Sink, Ecdsa),
        ["x5u"] = With(h => h["x5u"] = Sink, Ecdsa),
        ["x5c"] = With(h => h["x5c"] = new JsonArray("MIIB"), Ecdsa),
        ["kid is a path"] = With(h => h["kid"] = "../../dev/null", _ => []),
        ["kid is SQL"] = With(h => h["kid"] = "' OR 1=1--", Ecdsa),
        ["kid is huge"] = With(h => h["kid"] = new string('k', 20_000), Ecdsa),
        ["unknown crit"] = With(h => { h["crit"] = new JsonArray("x"); h["x"] = true; }, Ecdsa),
        ["b64 false"] = With(h => { h["crit"] = new JsonArray("b64"); h["b64"] = false; }, Ecdsa),
        ["other claims, old signature"] = With(_ => { }, _ => Base64Url.DecodeFromChars(good.Split('.')[2]), p => p["exp"] = 4_000_000_000),
        ["longer life, own key"] = With(_ => { }, Ecdsa, p => p["exp"] = 4_000_000_000),
        ["another kind, own key"] = With(h => h["typ"] = foreignTyp, Ecdsa),
        ["broken header"] = "e30x." + good.Split('.')[1] + "." + good.Split('.')[2],
    };

    public string With(Action<JsonObject> header, Func<byte[], byte[]> sign, Action<JsonObject>? payload = null)
    {
        var parts = good.Split('.');
        var content = Changed(parts[0], header) + "." + (payload is null ? parts[1] : Changed(parts[1], payload));
        return content + "." + Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(content)));
    }

    public void Dispose()
    {
        _own.Dispose();
        _rsa.Dispose();
    }

    private string Hmac(byte[] key) => With(h => h["alg"] = "HS256", content => HMACSHA256.HashData(key, content));

    private byte[] Ecdsa(byte[] content) => _own.SignData(content, HashAlgorithmName.SHA256);

    private Func<byte[], byte[]> Rsa(RSASignaturePadding padding) => content => _rsa.SignData(content, HashAlgorithmName.SHA256, padding);

    private JsonObject Jwk()
    {
        var point = _own.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        return new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = x, ["y"] = y };
    }

    private ECDsa PublicKey() => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new()
        {
            X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()),
            Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()),
        },
    });

    private static string Changed(string part, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();
        change(json);
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }
}

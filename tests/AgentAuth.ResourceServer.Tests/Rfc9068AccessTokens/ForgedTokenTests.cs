using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests.Rfc9068AccessTokens;

/// <summary>Every known way to make a resource believe a token nobody issued. RFC 8725.</summary>
public sealed class ForgedTokenTests
{
    private static readonly Dictionary<string, Func<FakeIssuer, string>> Forgeries = new(StringComparer.Ordinal)
    {
        ["alg none"] = issuer => Mint(issuer, head => head["alg"] = "none", _ => []),
        ["alg None"] = issuer => Mint(issuer, head => head["alg"] = "None", _ => []),
        ["alg nOnE"] = issuer => Mint(issuer, head => head["alg"] = "nOnE", _ => []),
        ["alg none with a real signature"] = issuer => Mint(issuer, head => head["alg"] = "none"),
        ["alg missing"] = issuer => Mint(issuer, head => head.Remove("alg")),
        ["alg a number"] = issuer => Mint(issuer, head => head["alg"] = 256),
        ["alg es256"] = issuer => Mint(issuer, head => head["alg"] = "es256"),
        ["empty signature"] = issuer => Mint(issuer, sign: _ => []),
        ["HS256 with the public PEM"] = issuer => Mint(issuer, Hs256, Hmac(Encoding.ASCII.GetBytes(issuer.Key.PublicPem))),
        ["HS256 with the public DER"] = issuer => Mint(issuer, Hs256, Hmac(issuer.Key.PublicKey)),
        ["HS256 with the public x"] = issuer => Mint(issuer, Hs256, Hmac(Encoding.ASCII.GetBytes(issuer.Key.ToPublicJwk()["x"]))),
        ["r and s zero"] = issuer => Mint(issuer, sign: _ => new byte[64]),
        ["r and s one"] = issuer => Mint(issuer, sign: _ => [.. new byte[31], 1, .. new byte[31], 1]),
        ["DER signature"] = issuer => Mint(issuer, sign: _ => [0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]),
        ["wrong curve"] = issuer => Mint(issuer, sign: new SigningKey("key-1", ECCurve.NamedCurves.nistP384).Sign),
        ["wrong curve, alg ES384"] = issuer =>
            Mint(issuer, head => head["alg"] = "ES384", new SigningKey("key-1", ECCurve.NamedCurves.nistP384).Sign),
        ["alg RS256"] = issuer => Mint(issuer, head => head["alg"] = "RS256"),
        ["alg PS256"] = issuer => Mint(issuer, head => head["alg"] = "PS256"),
        ["somebody else's key"] = issuer => Mint(issuer, sign: new SigningKey("key-1").Sign),
        ["embedded jwk"] = WithOwnKey(key => head => head["jwk"] = JsonNode.Parse(JwkOf(key))),
        ["jku to the sink"] = issuer => WithOwnKey(_ => head => head["jku"] = $"{issuer.Issuer}/sink/jwks")(issuer),
        ["x5u to the sink"] = issuer => WithOwnKey(_ => head => head["x5u"] = $"{issuer.Issuer}/sink/cert")(issuer),
        ["jku to the sink, kid unknown"] = issuer => Mint(
            issuer,
            head =>
            {
                head["jku"] = $"{issuer.Issuer}/sink/jwks";
                head["kid"] = "elsewhere";
            },
            new SigningKey("elsewhere").Sign),
        ["foreign x5c"] = WithOwnKey(key => head => head["x5c"] = new JsonArray(Convert.ToBase64String(key.PublicKey))),
        ["kid a path"] = issuer => Mint(issuer, head => head["kid"] = "../../dev/null", Hmac([])),
        ["kid SQL"] = issuer => Mint(issuer, head => head["kid"] = "' OR 1=1--"),
        ["kid a URL"] = issuer => Mint(issuer, head => head["kid"] = $"{issuer.Issuer}/sink/kid"),
        ["kid long"] = issuer => Mint(issuer, head => head["kid"] = new string('k', 5000)),
        ["kid missing"] = issuer => Mint(issuer, head => head.Remove("kid")),
        ["kid an array"] = issuer => Mint(issuer, head => head["kid"] = new JsonArray("key-1")),
        ["kid twice"] = issuer => Raw(issuer, """{"typ":"at+jwt","alg":"ES256","kid":"other","kid":"key-1"}"""),
        ["alg twice"] = issuer => Raw(issuer, """{"typ":"at+jwt","alg":"none","alg":"ES256","kid":"key-1"}"""),
        ["crit unknown"] = issuer => Mint(issuer, head => head["crit"] = new JsonArray("unheard-of")),
        ["crit empty"] = issuer => Mint(issuer, head => head["crit"] = new JsonArray()),
        ["b64 false"] = issuer => Mint(issuer, head => head["b64"] = false),
        ["zip"] = issuer => Mint(issuer, head => head["zip"] = "DEF"),
        ["typ JWT, as an id_token has"] = issuer => Mint(issuer, head => head["typ"] = "JWT"),
        ["typ missing"] = issuer => Mint(issuer, head => head.Remove("typ")),
        ["typ logout+jwt"] = issuer => Mint(issuer, head => head["typ"] = "logout+jwt"),
        ["typ dpop+jwt"] = issuer => Mint(issuer, head => head["typ"] = "dpop+jwt"),
        ["header an array"] = issuer => Raw(issuer, "[]"),
        ["header no JSON"] = issuer => Raw(issuer, "hello"),
        ["header very deep"] = issuer => Raw(issuer, $"{new string('[', 500)}{new string(']', 500)}"),
        ["20 KB"] = issuer => Mint(issuer, head => head["x"] = new string('x', 15_000)),
        ["1 MB"] = issuer => issuer.Mint(MailApi.Identifier, claims: claims => claims["x"] = new string('x', 750_000)),
        ["payload changed"] = issuer => Swap(issuer.Mint(MailApi.Identifier), issuer.Mint(MailApi.Identifier, "mail.read mail.send")),
        ["padding"] = issuer => issuer.Mint(MailApi.Identifier) + "==",
        ["four parts"] = issuer => issuer.Mint(MailApi.Identifier) + ".e30",
        ["JWE"] = issuer =>
            $"{Minter.Encode("""{"typ":"at+jwt","alg":"dir","enc":"A256GCM","kid":"key-1"}"""u8.ToArray())}..AAAA.AAAA.AAAA",
        ["JWE with two billion PBES2 rounds"] = issuer =>
            $"{Minter.Encode("""{"typ":"at+jwt","alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2000000000}"""u8.ToArray())}.AA.AA.AA.AA",
        ["dots only"] = _ => "..",
    };

    public static TheoryData<string> Names => [.. Forgeries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_forged_token_is_refused_and_fetches_nothing(string name)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        issuer.Introspected = true;

        var answer = await api.OpenAsync(Forgeries[name](issuer));

        Assert.Equal(401, answer.Status);
        Assert.Equal("invalid_token", answer.Error);
        Assert.Empty(issuer.SinkHits);
    }

    [Fact]
    public async Task A_symmetric_key_in_the_key_set_is_not_used()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer, o => o.Algorithms = ["ES256", "RS256"]);

        Assert.Equal(401, (await api.OpenAsync(Mint(issuer, Hs256, Hmac(secret)))).Status);
    }

    private static void Hs256(JsonObject head) => head["alg"] = "HS256";

    private static Func<byte[], byte[]> Hmac(byte[] secret) => data => HMACSHA256.HashData(secret, data);

    private static string Mint(FakeIssuer issuer, Action<JsonObject>? head = null, Func<byte[], byte[]>? sign = null) =>
        Minter.Mint(issuer, MailApi.Identifier, "mail.read", claims: null, head, sign ?? issuer.Key.Sign);

    private static Func<FakeIssuer, string> WithOwnKey(Func<SigningKey, Action<JsonObject>> head) => issuer =>
    {
        using var key = new SigningKey("key-1");
        return Mint(issuer, head(key), key.Sign);
    };

    private static string JwkOf(SigningKey key) => System.Text.Json.JsonSerializer.Serialize(key.ToPublicJwk());

    private static string Raw(FakeIssuer issuer, string header)
    {
        var payload = issuer.Mint(MailApi.Identifier).Split('.')[1];
        return Minter.Assemble(header, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(payload)), issuer.Key.Sign);
    }

    private static string Swap(string token, string other)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{other.Split('.')[1]}.{parts[2]}";
    }
}

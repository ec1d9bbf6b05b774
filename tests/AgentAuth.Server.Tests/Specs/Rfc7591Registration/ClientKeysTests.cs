using System.Buffers.Text;
using System.Text.Json;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs.Rfc7591Registration;

public sealed class ClientKeysTests
{
    private const string Curve = """{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}""";

    [Theory]
    [InlineData(256, true)]
    [InlineData(512, true)]
    [InlineData(128, false)]
    [InlineData(2048, false)]
    [Spec("AA-T045")]
    public void An_rsa_key_is_neither_weak_nor_a_burden(int bytes, bool isGood)
    {
        var modulus = Base64Url.EncodeToString([.. Enumerable.Repeat((byte)7, bytes)]);

        Assert.Equal(isGood, Problem($$"""{"kty": "RSA", "e": "AQAB", "n": "{{modulus}}"}""") is null);
    }

    [Fact]
    public void A_key_lacks_no_number()
    {
        var modulus = new string('_', 344);

        Assert.NotNull(Problem($$"""{"kty": "RSA", "n": "{{modulus}}"}"""));
        Assert.NotNull(Problem("""{"kty": "EC", "crv": "P-256", "x": "AA"}"""));
    }

    [Theory]
    [InlineData("""{"kty": "oct", "k": "AAAA"}""")]
    [InlineData("""{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": "AA"}""")]
    [InlineData("""{"kty": "RSA", "e": "AQAB", "n": "AA"}""")]
    [InlineData("""{"kty": "RSA", "e": "AQAB"}""")]
    [InlineData("""{"kty": 7}""")]
    [InlineData("""7""")]
    [InlineData("""{"kty": "OKP", "crv": "Ed25519", "x": "AA"}""")]
    [InlineData("""{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "use": "enc"}""")]
    [InlineData("""{"kty": "EC", "crv": "P-256", "kid": "a"}, {"kty": "EC", "crv": "P-256", "kid": "a"}""")]
    [Spec("AA-T045")]
    public void A_set_that_proves_nothing_is_refused(string keys) => Assert.NotNull(Problem(keys));

    [Fact]
    [Spec("AA-T045")]
    public void A_public_key_is_taken_and_a_hundred_are_not()
    {
        Assert.Null(Problem(Curve));
        Assert.NotNull(Problem(string.Join(',', Enumerable.Repeat(Curve, 500))));
        Assert.NotNull(Problem(""));
    }

    private static string? Problem(string keys) => ClientKeys.Problem(JsonDocument.Parse($$"""{"keys": [{{keys}}]}""").RootElement);
}

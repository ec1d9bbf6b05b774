using System.Buffers.Text;
using System.Text.Json.Serialization;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.Server.Tokens.Receipts;

/// <summary>A key set (RFC 7517 §5) that says whose it is.</summary>
internal sealed record ReceiptKeySet(
    [property: JsonPropertyName("issuer")] string? Issuer, [property: JsonPropertyName("keys")] IReadOnlyList<ReceiptKey>? Keys);

/// <summary>The public half of a receipt key; <c>iat</c> and <c>revoked</c> as OpenID Federation 1.0 §8.7.2 writes them.</summary>
internal sealed record ReceiptKey(
    [property: JsonPropertyName("kid")] string? Id,
    [property: JsonPropertyName("x")] string? X,
    [property: JsonPropertyName("y")] string? Y,
    [property: JsonPropertyName("iat")] long? MadeAt,
    [property: JsonPropertyName("revoked"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReceiptKeyEnd? End)
{
    [JsonPropertyName("kty")]
    public string? Type { get; init; } = "EC";

    [JsonPropertyName("crv")]
    public string? Curve { get; init; } = "P-256";

    [JsonPropertyName("use")]
    public string? Use { get; init; } = "sig";

    [JsonPropertyName("alg")]
    public string? Algorithm { get; init; } = "ES256";
}

internal sealed record ReceiptKeyEnd([property: JsonPropertyName("revoked_at")] long At);

/// <summary>All keys that ever signed receipts: who has a receipt can verify it when the keys of tokens are long others.</summary>
internal sealed class ReceiptKeys(AgentAuthDb db, KeyMint mint, Issuer issuer)
{
    public async Task<IResult> ListAsync(CancellationToken stop)
    {
        var keys = await db.SigningKeys.AsNoTracking().Where(k => k.Use == KeyUse.Receipt).OrderBy(k => k.CreatedAt).ToListAsync(stop);
        return Results.Json(new ReceiptKeySet(issuer.Value, [.. keys.Select(PublicHalf)]));
    }

    private ReceiptKey PublicHalf(SigningKey key)
    {
        using var pair = ((ECDsaSecurityKey)mint.Open(key)).ECDsa;
        var point = pair.ExportParameters(includePrivateParameters: false).Q;
        return new(
            key.Id.ToString("N"), Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y), key.CreatedAt.ToUnixTimeSeconds(),
            key.GoneAt is { } gone ? new(gone.ToUnixTimeSeconds()) : null);
    }
}

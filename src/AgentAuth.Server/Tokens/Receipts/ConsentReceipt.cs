using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentAuth.Server.Tokens.Receipts;

/// <summary>A permission as it stood on the page: its sentence in the language shown, and whether it was ticked.</summary>
internal sealed record ReceiptLine(
    [property: JsonPropertyName("scope")] string Scope,
    [property: JsonPropertyName("sentence")] string Sentence,
    [property: JsonPropertyName("ticked")] bool IsTicked,
    [property: JsonPropertyName("required"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsRequired = false);

internal sealed record ReceiptClient(
    [property: JsonPropertyName("client_id")] string Id,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("trust")] string Trust,
    [property: JsonPropertyName("redirect_host")] string RedirectHost,
    [property: JsonPropertyName("document_host")] string? DocumentHost = null);

internal sealed record ReceiptResource(
    [property: JsonPropertyName("identifier")] string Identifier,
    [property: JsonPropertyName("name")] string Name);

internal sealed record ReceiptLimits(
    [property: JsonPropertyName("asks_first")] bool AsksFirst,
    [property: JsonPropertyName("only_this_session")] bool OnlyThisSession,
    [property: JsonPropertyName("changes_per_day")] int? ChangesPerDay = null,
    [property: JsonPropertyName("objects")] IReadOnlyList<string>? Objects = null);

/// <summary>What a receipt says; the payload of its JWS.</summary>
internal sealed record ConsentReceipt
{
    /// <summary>The <c>typ</c> of its header: it is not taken for a token, nor a token for it (RFC 8725 §3.11).</summary>
    public const string Type = "consent-receipt+jwt";

    public static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
    };

    [JsonPropertyName("iss")]
    public required string Issuer { get; init; }

    [JsonPropertyName("sub")]
    public required string Subject { get; init; }

    [JsonPropertyName("email")]
    public required string Email { get; init; }

    [JsonPropertyName("iat")]
    public required long At { get; init; }

    [JsonPropertyName("jti")]
    public required string Id { get; init; }

    [JsonPropertyName("gid")]
    public required string GrantId { get; init; }

    /// <summary>
    /// What was decided: <c>allow</c>, <c>renew</c>, <c>reduce</c>, <c>until</c> (another end), <c>limit</c> (other limits), <c>pause</c>,
    /// <c>resume</c>, <c>remove</c>.
    /// </summary>
    [JsonPropertyName("act")]
    public required string Act { get; init; }

    [JsonPropertyName("client")]
    public required ReceiptClient Client { get; init; }

    [JsonPropertyName("resource")]
    public required ReceiptResource Resource { get; init; }

    /// <summary>The language of the sentences (BCP 47).</summary>
    [JsonPropertyName("ui_locale")]
    public required string Language { get; init; }

    /// <summary>All that was asked, ticked or not; where nothing was asked, what the decision is about, ticked if it stays.</summary>
    [JsonPropertyName("permissions")]
    public required IReadOnlyList<ReceiptLine> Permissions { get; init; }

    /// <summary>All that is allowed from then on, what was allowed before and not asked again included; nothing in a pause.</summary>
    [JsonPropertyName("scope")]
    public required string Scope { get; init; }

    [JsonPropertyName("limits")]
    public required ReceiptLimits Limits { get; init; }

    [JsonPropertyName("label")]
    public string? Label { get; init; }

    /// <summary>Null: until the person removes it. Not <c>exp</c>: a receipt is as true afterwards.</summary>
    [JsonPropertyName("ends_at")]
    public long? EndsAt { get; init; }
}

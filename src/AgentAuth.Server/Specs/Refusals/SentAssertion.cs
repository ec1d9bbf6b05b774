using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using AgentAuth.Server.Specs.Rfc7591Registration;

namespace AgentAuth.Server.Specs.Refusals;

/// <summary>
/// What a client said of itself in an assertion, without its signature and its identifier: with those it could be used. It may be another
/// kind of token, sent by mistake: so who it is about is left out unless it is its own issuer.
/// </summary>
internal sealed class SentAssertion
{
    private const int MaxLength = 8 * 1024;

    private static readonly string[] Headers = ["alg", "typ", "kid"];
    private static readonly string[] Times = ["exp", "iat", "nbf"];

    /// <summary>The client it names, whoever made it; null when it is none or names none.</summary>
    public string? ClientId { get; private init; }

    public IReadOnlyList<(string Name, string? Value, int Length)> Parts { get; private init; } = [];

    public static SentAssertion Read(string? assertion)
    {
        if (assertion is not { Length: > 0 and <= MaxLength } || assertion.Split('.') is not [var head, var body, _]
            || !TryParse(head, out var header))
        {
            return new();
        }
        using (header)
        {
            if (!TryParse(body, out var claims))
            {
                return new();
            }
            using (claims)
            {
                return Of(header.RootElement, claims.RootElement);
            }
        }
    }

    private static SentAssertion Of(JsonElement header, JsonElement claims)
    {
        var by = Text(claims, "iss");
        var isOwn = by is { Length: > 0 } && by == Text(claims, "sub");
        List<(string, string?, int)> parts = [];
        foreach (var name in Headers)
        {
            Add(parts, header, name, MetadataMembers.TextOf);
        }
        Add(parts, claims, "iss", MetadataMembers.TextOf);
        Add(parts, claims, "sub", e => isOwn ? MetadataMembers.TextOf(e) : null);
        Add(parts, claims, "aud", e => MetadataMembers.TextOf(e) ?? e.GetRawText());
        foreach (var name in Times)
        {
            Add(parts, claims, name, Time);
        }
        Add(parts, claims, "jti", _ => null);
        return new() { ClientId = isOwn ? by : null, Parts = parts };
    }

    private static void Add(List<(string, string?, int)> parts, JsonElement element, string name, Func<JsonElement, string?> show)
    {
        if (element.TryGetProperty(name, out var member))
        {
            parts.Add(("client_assertion." + name, show(member), (MetadataMembers.TextOf(member) ?? member.GetRawText()).Length));
        }
    }

    private static string? Time(JsonElement time) =>
        time.ValueKind == JsonValueKind.Number && time.TryGetInt64(out var seconds) && seconds is > 0 and < 253_402_300_000
            ? string.Create(
                CultureInfo.InvariantCulture, $"{seconds} ({DateTimeOffset.FromUnixTimeSeconds(seconds):yyyy-MM-dd HH:mm:ss} UTC)")
            : null;

    private static bool TryParse(string part, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        return Base64Url.IsValid(part) && MetadataMembers.TryParse(Base64Url.DecodeFromChars(part), out document);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) ? MetadataMembers.TextOf(member) : null;
}

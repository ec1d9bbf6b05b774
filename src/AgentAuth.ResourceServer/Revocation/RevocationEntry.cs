using System.Text.Json;
using AgentAuth.ResourceServer.Rfc9396AuthorizationDetails;

namespace AgentAuth.ResourceServer.Revocation;

/// <summary>One line of the event stream: a grant, a token, or all of a client's tokens up to a moment.</summary>
internal sealed record RevocationEntry(string? GrantId, string? TokenId, string? ClientId, long Before, long ForgetAt)
{
    /// <summary>With a grant: it has not ended, and this is all its tokens are good for now; nothing at all while it is paused.</summary>
    public IReadOnlyList<string>? Scopes { get; private init; }

    /// <summary>With a grant: it has not ended, and its tokens are held to these limits now.</summary>
    public IReadOnlyList<string>? Limits { get; private init; }

    /// <summary>The entry, or null when it is none: then the stream cannot be trusted.</summary>
    public static RevocationEntry? Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || Number(element, "exp") is not { } forgetAt)
        {
            return null;
        }

        IReadOnlyList<string>? limits = null;
        if (element.TryGetProperty(TokenDetails.Claim, out var details) && (limits = TokenDetails.LimitsIn(details)) is null)
        {
            return null;
        }

        var before = Number(element, "before") ?? -1;
        var entry = new RevocationEntry(Text(element, "gid"), Text(element, "jti"), Text(element, "client_id"), before, forgetAt)
        {
            Scopes = Text(element, "scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Limits = limits,
        };
        return entry switch
        {
            { GrantId: not null } or { TokenId: not null } => entry,
            { ClientId: not null, Before: >= 0 } => entry,
            _ => null,
        };
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;
}

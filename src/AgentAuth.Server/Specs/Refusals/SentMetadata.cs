using System.Text.Json;

namespace AgentAuth.Server.Specs.Refusals;

/// <summary>
/// What a registration said, fit to be kept: of the members that decide whether it is taken the value, of all others the length. A
/// contact is a person's, and a token or a secret may stand anywhere.
/// </summary>
internal sealed record SentMetadata(JsonElement Metadata)
{
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "redirect_uris", "token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "grant_types", "response_types",
        "application_type", "scope", "client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri", "jwks_uri",
    };

    public static void Keep(HttpContext http, JsonElement metadata) => http.Features.Set(new SentMetadata(metadata.Clone()));

    public static (IReadOnlyList<SentPart> Parts, string Words) Of(HttpContext http, string words)
    {
        var members = http.Features.Get<SentMetadata>()?.Metadata.EnumerateObject().ToList() ?? [];
        var parts = members.Take(Sent.MaxParts).Select(Part).ToList();
        if (members.Count > Sent.MaxParts)
        {
            parts.Add(new("…", null, members.Count - Sent.MaxParts));
        }
        return ([.. parts, .. Sent.Headers(http)], words);
    }

    private static SentPart Part(JsonProperty member)
    {
        var text = member.Value.GetRawText();
        return new(Sent.Name(member.Name), Harmless.Contains(member.Name) ? Sent.Clean(text, Sent.MaxValueLength) : null, text.Length);
    }
}

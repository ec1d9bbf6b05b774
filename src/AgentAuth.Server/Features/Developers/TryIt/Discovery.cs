using System.Text.Json.Nodes;
using AgentAuth.Server.Specs;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>What a client reads of a server before it asks anything (RFC 8414).</summary>
internal sealed record Discovery(string Address, IReadOnlyList<TokenPart> Members)
{
    private static readonly (string Name, string Meaning)[] Read =
    [
        ("issuer", "Must equal, byte for byte, the issuer the client looked for (RFC 8414 §3.3)."),
        ("authorization_endpoint", "Where the browser is sent."),
        ("token_endpoint", "Where codes and refresh tokens become tokens."),
        ("jwks_uri", "The keys that signatures are verified with."),
        ("registration_endpoint", "Where a client registers itself (RFC 7591)."),
        ("client_id_metadata_document_supported", "Whether a client may be named by the address of a document about it."),
        ("code_challenge_methods_supported", "PKCE, and only S256: MCP clients refuse a server that does not say so."),
        ("token_endpoint_auth_methods_supported", "How clients prove themselves; none is for public ones."),
        ("grant_types_supported", "What the token endpoint takes."),
        ("authorization_response_iss_parameter_supported", "Answers name their issuer (RFC 9207)."),
        ("revocation_endpoint", "Where tokens are given back (RFC 7009)."),
    ];

    public static Discovery Of(WireAnswer answer, Issuer issuer) => new(
        issuer.At(Endpoints.OAuthMetadata),
        [
            .. Read.Where(m => answer.Json?.ContainsKey(m.Name) == true)
                .Select(m => new TokenPart(m.Name, Words(answer.Json![m.Name]), m.Meaning)),
        ]);

    /// <summary>Where the resource says which server it trusts (RFC 9728 §3.1).</summary>
    public static string? MetadataOf(string? resource)
    {
        if (!Uri.TryCreate(resource, UriKind.Absolute, out var uri))
        {
            return null;
        }
        var path = uri.AbsolutePath == "/" ? "" : uri.AbsolutePath;
        return $"{uri.GetLeftPart(UriPartial.Authority)}/.well-known/oauth-protected-resource{path}";
    }

    private static string Words(JsonNode? value) =>
        value is JsonArray list ? string.Join(", ", list.Select(v => v?.ToString())) : value?.ToString() ?? "";
}

using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.ResourceServer.Rfc8414Metadata;

/// <summary>
/// Reads metadata (RFC 8414 §3, OpenID Connect Discovery §4) and keys of one issuer. Null means: not to be had, keep what you know.
/// </summary>
internal sealed class ServerDocumentsFetch(string issuer, HttpClient http)
{
    private readonly Uri _issuer = new(issuer);

    public async Task<ServerDocuments?> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var address in MetadataAddresses())
        {
            using var metadata = await GetAsync(address, cancellationToken);
            if (metadata is not null && await ReadAsync(metadata.RootElement, cancellationToken) is { } documents)
            {
                return documents;
            }
        }

        return null;
    }

    private IEnumerable<Uri> MetadataAddresses()
    {
        var origin = WebAddress.OriginOf(_issuer);
        var path = WebAddress.PathOf(_issuer).TrimEnd('/');
        yield return new Uri($"{origin}/.well-known/oauth-authorization-server{path}");
        yield return new Uri($"{origin}{path}/.well-known/openid-configuration");
    }

    private async Task<ServerDocuments?> ReadAsync(JsonElement metadata, CancellationToken cancellationToken)
    {
        // Mix-up: a document that speaks for another issuer says nothing about ours (RFC 8414 §3.3).
        if (Text(metadata, "issuer") != issuer || Endpoint(metadata, "jwks_uri") is not { } keysAddress)
        {
            return null;
        }

        using var keySet = await GetAsync(keysAddress, cancellationToken);
        return keySet is null
            ? null
            : new ServerDocuments(
                ReadKeys(keySet.RootElement),
                Endpoint(metadata, "introspection_endpoint"),
                Endpoint(metadata, "revocation_events_endpoint"),
                Endpoint(metadata, "usage_endpoint"))
            {
                TokenEndpoint = Endpoint(metadata, "token_endpoint"),
                BudgetEndpoint = Endpoint(metadata, "budget_endpoint"),
                BackchannelEndpoint = Endpoint(metadata, "backchannel_authentication_endpoint"),
            };
    }

    private static Dictionary<string, JsonWebKey> ReadKeys(JsonElement keySet)
    {
        var keys = new Dictionary<string, JsonWebKey>(StringComparer.Ordinal);
        if (!keySet.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return keys;
        }

        foreach (var entry in list.EnumerateArray())
        {
            // Public signature keys only. A symmetric key in a public document is no secret, and would verify what anybody signs.
            if (entry.ValueKind == JsonValueKind.Object
                && Text(entry, "kty") is "EC" or "RSA"
                && Text(entry, "use") is null or "sig"
                && Text(entry, "kid") is { Length: > 0 } keyId)
            {
                keys.TryAdd(keyId, new JsonWebKey(entry.GetRawText()));
            }
        }

        return keys;
    }

    private async Task<JsonDocument?> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(address, cancellationToken);
        if (response.StatusCode != System.Net.HttpStatusCode.OK)
        {
            return null;
        }

        var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        var document = await JsonDocument.ParseAsync(content, default, cancellationToken);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        return null;
    }

    private static Uri? Endpoint(JsonElement metadata, string name) =>
        Uri.TryCreate(Text(metadata, name), UriKind.Absolute, out var address) && WebAddress.IsHttpsOrLoopback(address) ? address : null;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

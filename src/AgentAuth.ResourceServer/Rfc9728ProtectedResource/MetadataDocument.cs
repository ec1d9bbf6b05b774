using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentAuth.ResourceServer.Rfc9728ProtectedResource;

/// <summary>What a resource says of itself to clients that never saw it (RFC 9728 §2), and where it says it (§3.1).</summary>
internal sealed class MetadataDocument
{
    public const string RootPath = "/.well-known/oauth-protected-resource";

    public MetadataDocument(AgentAuthOptions options)
    {
        var resource = new Uri(options.Resource);
        ResourcePath = WebAddress.PathOf(resource);
        Path = RootPath + ResourcePath;
        Url = WebAddress.OriginOf(resource) + Path;
        Json = Write(options);
    }

    public string ResourcePath { get; }

    public string Path { get; }

    public string Url { get; }

    public byte[] Json { get; }

    private static byte[] Write(AgentAuthOptions options)
    {
        var document = new JsonObject
        {
            ["resource"] = options.Resource,
            ["authorization_servers"] = new JsonArray(options.Issuer),
            ["scopes_supported"] = new JsonArray([.. ScopeSet.Listed(options.ScopesSupported).Select(scope => JsonValue.Create(scope))]),
            ["bearer_methods_supported"] = new JsonArray("header"),
        };
        if (options.ResourceName is { } name)
        {
            document["resource_name"] = name;
        }

        if (options.ResourceDocumentation is { } documentation)
        {
            document["resource_documentation"] = documentation;
        }

        return JsonSerializer.SerializeToUtf8Bytes(document);
    }
}

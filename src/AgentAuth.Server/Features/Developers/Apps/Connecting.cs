using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>What a client must be told to connect here: live addresses, to copy.</summary>
internal sealed record Connecting(Issuer Issuer, IReadOnlyList<Resource> Resources)
{
    public const int MaxResources = 50;

    /// <summary>For the examples; where nothing is protected yet, an address that is nobody's.</summary>
    public string Example => Resources.Count > 0 ? Resources[0].Identifier : "https://mcp.example.com/mcp";

    /// <summary>Where a resource describes itself (RFC 9728 §3.1): before its path.</summary>
    public static string MetadataOf(string resource)
    {
        var address = new Uri(resource);
        return $"{address.GetLeftPart(UriPartial.Authority)}/.well-known/oauth-protected-resource{address.AbsolutePath.TrimEnd('/')}";
    }
}

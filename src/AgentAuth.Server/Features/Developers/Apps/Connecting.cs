using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>What a client must be told to connect here: live addresses, to copy, and the one that the examples are made out to.</summary>
internal sealed record Connecting(Issuer Issuer, IReadOnlyList<Resource> Resources, Resource? Chosen)
{
    public const int MaxResources = 50;

    /// <summary>Where nothing is protected yet: an address that is nobody's.</summary>
    public const string NoServer = "https://mcp.example.com/mcp";

    /// <summary>For the examples.</summary>
    public string Example => Chosen?.Identifier ?? NoServer;

    /// <param name="db">Where the resources are.</param>
    /// <param name="issuer">This server, which is no MCP server.</param>
    /// <param name="asked">The identifier of a resource, from the address of the page; whatever else it is, the first one is meant.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<Connecting> OfAsync(AgentAuthDb db, Issuer issuer, string? asked, CancellationToken stop)
    {
        var others = await db.Resources.AsNoTracking().Include(r => r.Scopes).Where(r => r.Identifier != issuer.Value)
            .OrderBy(r => r.Name).ThenBy(r => r.Id).Take(MaxResources).ToListAsync(stop);
        var chosen = Guid.TryParse(asked, out var id) ? others.Find(r => r.Id == id) : null;
        return new(issuer, others, chosen ?? others.FirstOrDefault());
    }

    /// <summary>Where a resource describes itself (RFC 9728 §3.1): before its path.</summary>
    public static string MetadataOf(string resource)
    {
        var address = new Uri(resource);
        return $"{address.GetLeftPart(UriPartial.Authority)}/.well-known/oauth-protected-resource{address.AbsolutePath.TrimEnd('/')}";
    }
}

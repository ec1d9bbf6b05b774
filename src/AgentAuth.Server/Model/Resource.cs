using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>A protected resource (RFC 9728): an API or MCP server that tokens are made out to.</summary>
internal sealed class Resource
{
    public const int MaxIdentifierLength = 512;
    public const int MaxNameLength = 100;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The canonical resource identifier (RFC 8707), byte for byte what goes into <c>aud</c>.</summary>
    public required string Identifier { get; init; }

    public required string Name { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The <c>client_id</c> of the resource server's own account: it may introspect and follow revocations.</summary>
    public string? AccountClientId { get; set; }

    /// <summary>Where the resource says which of a person's things may be picked; null when it offers no choice.</summary>
    public string? ObjectsUrl { get; set; }

    /// <summary>What such a thing is called: "folder".</summary>
    public string? ObjectsName { get; set; }

    /// <summary>Our own accounts (userinfo), not an API: the audience of a token that only signs somebody in.</summary>
    public bool IsIdentity { get; init; }

    public List<Scope> Scopes { get; } = [];

    public string Host => new Uri(Identifier).Authority;

    internal static void Map(EntityTypeBuilder<Resource> resource)
    {
        resource.ToTable("Resources");
        resource.Property(r => r.Identifier).HasMaxLength(MaxIdentifierLength);
        resource.Property(r => r.Name).HasMaxLength(MaxNameLength);
        resource.Property(r => r.AccountClientId).HasMaxLength(Client.MaxClientIdLength);
        resource.Property(r => r.ObjectsUrl).HasMaxLength(MaxIdentifierLength);
        resource.Property(r => r.ObjectsName).HasMaxLength(MaxNameLength);
        resource.HasIndex(r => r.Identifier).IsUnique();
        resource.HasIndex(r => r.AccountClientId);
        resource.Ignore(r => r.Host);
        resource.HasMany(r => r.Scopes).WithOne().HasForeignKey(s => s.ResourceId).OnDelete(DeleteBehavior.Cascade);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>How often, and when last, an agent used one permission of a grant, as the resource server tells.</summary>
internal sealed class ScopeUse
{
    public Guid GrantId { get; init; }

    public required string Scope { get; init; }

    public long Calls { get; set; }

    public DateTimeOffset LastUsedAt { get; set; }

    internal static void Map(EntityTypeBuilder<ScopeUse> use)
    {
        use.ToTable("ScopeUses");
        use.HasKey(u => new { u.GrantId, u.Scope });
        use.Property(u => u.Scope).HasMaxLength(Model.Scope.MaxNameLength);
        use.HasOne<Grant>().WithMany().HasForeignKey(u => u.GrantId).OnDelete(DeleteBehavior.Cascade);
    }
}

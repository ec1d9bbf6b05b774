using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>
/// A client, a resource or a scope was changed: what nodes remember of them is old. Written in the same transaction, read by every node
/// within a second, of no use after that.
/// </summary>
internal sealed class CatalogChange
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public DateTimeOffset At { get; init; }

    internal static void Map(EntityTypeBuilder<CatalogChange> change)
    {
        change.ToTable("CatalogChanges");
        change.HasIndex(c => c.At);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>
/// Whose turn a chore is that one node does for all: who holds it and until when, and when it was last done. A holder that dies loses it
/// when its time is over.
/// </summary>
internal sealed class ChoreTurn
{
    public const int MaxNameLength = 40;

    public required string Name { get; init; }

    public DateTimeOffset DoneAt { get; init; }

    public Guid? Holder { get; init; }

    public DateTimeOffset HeldUntil { get; init; }

    internal static void Map(EntityTypeBuilder<ChoreTurn> turn)
    {
        turn.ToTable("ChoreTurns");
        turn.HasKey(t => t.Name);
        turn.Property(t => t.Name).HasMaxLength(MaxNameLength);
    }
}

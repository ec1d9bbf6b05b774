using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>Who did what to whom, when and why. Rows are only ever added, in the transaction of the act itself.</summary>
internal sealed class AuditEntry
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public DateTimeOffset At { get; init; }

    /// <summary>The person who acted; null when it was the server or a client.</summary>
    public Guid? ActorId { get; init; }

    public required string Actor { get; init; }

    /// <summary>A verb of the domain: <c>grant.end</c>, <c>client.block</c>, <c>account.disable</c>.</summary>
    public required string Act { get; init; }

    public required string Target { get; init; }

    public string? Reason { get; init; }

    public string? Address { get; init; }

    internal static void Map(EntityTypeBuilder<AuditEntry> entry)
    {
        entry.ToTable("AuditEntries");
        entry.Property(e => e.Actor).HasMaxLength(Account.MaxEmailLength);
        entry.Property(e => e.Act).HasMaxLength(40);
        entry.Property(e => e.Address).HasMaxLength(45);
        entry.HasIndex(e => e.At);
    }
}

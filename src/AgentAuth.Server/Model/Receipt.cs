using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>A decision of a person, signed: what was shown, what was ticked, until when. Never changed; it goes with the grant.</summary>
internal sealed class Receipt
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid GrantId { get; init; }

    public Guid AccountId { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>JWS, compact (RFC 7515).</summary>
    public required string Jws { get; init; }

    internal static void Map(EntityTypeBuilder<Receipt> receipt)
    {
        receipt.ToTable("Receipts");
        receipt.HasIndex(r => new { r.GrantId, r.At });
        receipt.HasOne<Grant>().WithMany().HasForeignKey(r => r.GrantId).OnDelete(DeleteBehavior.Cascade);
    }
}

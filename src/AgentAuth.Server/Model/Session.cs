using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>
/// A browser that is signed in. The cookie holds a random key, the row its hash: deleting the row ends the session on every node,
/// whatever copies of the cookie exist.
/// </summary>
internal sealed class Session
{
    /// <summary>SHA-256 of the cookie's key, in hex.</summary>
    public required string Id { get; init; }

    public Guid AccountId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset SeenAt { get; set; }

    public DateTimeOffset EndsAt { get; set; }

    public required byte[] Ticket { get; set; }

    internal static void Map(EntityTypeBuilder<Session> session)
    {
        session.ToTable("Sessions");
        session.HasKey(s => s.Id);
        session.Property(s => s.Id).HasMaxLength(64);
        session.HasIndex(s => s.EndsAt);
        session.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

internal enum MailLinkPurpose
{
    /// <summary>"This was not me": ends the grant and reports the client.</summary>
    Report = 0,

    /// <summary>Moves a grant's end date on.</summary>
    Renew = 1,
}

/// <summary>What a link in an e-mail may do, once. Looking at it does nothing: mail scanners follow links.</summary>
internal sealed class MailLink
{
    public const int HashLength = 64;

    /// <summary>SHA-256, in hex, of what the link holds.</summary>
    public required string Id { get; init; }

    public MailLinkPurpose Purpose { get; init; }

    public Guid AccountId { get; init; }

    public Guid GrantId { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    internal static void Map(EntityTypeBuilder<MailLink> link)
    {
        link.ToTable("MailLinks");
        link.Property(l => l.Id).HasMaxLength(HashLength);
        link.Property(l => l.Purpose).HasConversion<string>().HasMaxLength(10);
        link.Property(l => l.UsedAt).IsConcurrencyToken();
        link.HasIndex(l => l.EndsAt);
        link.HasOne<Grant>().WithMany().HasForeignKey(l => l.GrantId).OnDelete(DeleteBehavior.Cascade);
    }
}

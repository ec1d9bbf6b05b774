using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>Where the proof stood when it was last seen.</summary>
internal enum DomainProof
{
    None = 0,
    File = 1,
    Dns = 2,
}

/// <summary>A host that a developer says is theirs, and whether that is proved.</summary>
internal sealed class ClaimedDomain
{
    public const int MaxHostLength = 253;
    public const int TokenLength = 32;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid OwnerId { get; init; }

    /// <summary>Lower case, punycode: one spelling.</summary>
    public required string Host { get; init; }

    /// <summary>What must stand at the host; public, because whoever reads it there learns nothing they could use.</summary>
    public required string Token { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DomainProof Proof { get; private set; }

    public DateTimeOffset? ProvedAt { get; private set; }

    public DateTimeOffset? CheckedAt { get; private set; }

    /// <summary>Looks in a row that did not find the proof.</summary>
    public int Misses { get; private set; }

    public bool IsProved => ProvedAt is not null;

    public void Found(DomainProof where, DateTimeOffset now)
    {
        (Proof, CheckedAt, Misses) = (where, now, 0);
        ProvedAt ??= now;
    }

    /// <summary>Says whether that was one too many.</summary>
    public bool Missed(int most, DateTimeOffset now)
    {
        CheckedAt = now;
        if (!IsProved || ++Misses < most)
        {
            return false;
        }
        (ProvedAt, Proof, Misses) = (null, DomainProof.None, 0);
        return true;
    }

    internal static void Map(EntityTypeBuilder<ClaimedDomain> domain)
    {
        domain.ToTable("ClaimedDomains");
        domain.Property(d => d.Host).HasMaxLength(MaxHostLength);
        domain.Property(d => d.Token).HasMaxLength(TokenLength);
        domain.Property(d => d.Proof).HasConversion<string>().HasMaxLength(10);
        domain.HasIndex(d => new { d.OwnerId, d.Host }).IsUnique();
        domain.HasIndex(d => new { d.ProvedAt, d.CheckedAt });
        domain.Ignore(d => d.IsProved);
        domain.HasOne<Account>().WithMany().HasForeignKey(d => d.OwnerId).OnDelete(DeleteBehavior.Cascade);
    }
}

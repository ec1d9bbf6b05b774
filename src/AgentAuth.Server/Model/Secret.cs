using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>
/// One of the secrets a developer's app proves itself with: its hash, and from when until when. Two may be good at a time, so that the
/// next is in use everywhere before the last one goes; docs/decisions/0021.
/// </summary>
internal sealed class Secret
{
    /// <summary>Secrets of one client at a time.</summary>
    public const int Most = 2;

    public const int MaxHashLength = 80;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid ApplicationId { get; init; }

    public required string Hash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it is refused; null: it does not end by itself.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To the minute: written now and then, and by no request.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    internal static void Map(EntityTypeBuilder<Secret> secret)
    {
        secret.ToTable("ClientSecrets");
        secret.Property(s => s.Hash).HasMaxLength(MaxHashLength);
    }
}

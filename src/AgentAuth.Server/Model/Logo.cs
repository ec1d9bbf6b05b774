using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>
/// A client's picture as this server drew it anew, or the word that it could not be had. Never changed: another picture is another row, so
/// its address may be kept for ever.
/// </summary>
internal sealed class Logo
{
    public const int MaxSourceLength = 2000;
    public const int MaxProblemLength = 200;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid ApplicationId { get; init; }

    /// <summary>Where the client said that it is.</summary>
    public required string Source { get; init; }

    public DateTimeOffset ReadAt { get; init; }

    public byte[]? Png { get; init; }

    public string? Problem { get; init; }

    internal static void Map(EntityTypeBuilder<Logo> logo)
    {
        logo.ToTable("Logos");
        logo.Property(l => l.Source).HasMaxLength(MaxSourceLength);
        logo.Property(l => l.Problem).HasMaxLength(MaxProblemLength);
        logo.HasIndex(l => l.ApplicationId).IsUnique();
        logo.HasOne<Client>().WithMany().HasForeignKey(l => l.ApplicationId).OnDelete(DeleteBehavior.Cascade);
    }
}

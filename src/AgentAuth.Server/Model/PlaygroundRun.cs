using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>
/// Where a developer stands in the playground: one run each, good for one session and half an hour. What it holds, tokens too, is sealed;
/// docs/decisions/0023.
/// </summary>
internal sealed class PlaygroundRun
{
    public const int MaxSessionLength = 64;

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    public Guid AccountId { get; init; }

    /// <summary>The <see cref="Session"/> it was begun in; no other one reads it.</summary>
    public required string SessionId { get; set; }

    public required string Sealed { get; set; }

    /// <summary>Of two steps taken at the same moment, one is taken.</summary>
    public int Version { get; set; }

    public DateTimeOffset EndsAt { get; set; }

    internal static void Map(EntityTypeBuilder<PlaygroundRun> run)
    {
        run.ToTable("PlaygroundRuns");
        run.HasKey(r => r.AccountId);
        run.Property(r => r.AccountId).ValueGeneratedNever();
        run.Property(r => r.SessionId).HasMaxLength(MaxSessionLength);
        run.Property(r => r.Version).IsConcurrencyToken();
        run.HasIndex(r => r.EndsAt);
        run.HasOne<Account>().WithOne().HasForeignKey<PlaygroundRun>(r => r.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

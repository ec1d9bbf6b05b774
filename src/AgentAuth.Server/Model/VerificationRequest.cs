using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

internal enum VerificationState
{
    Waiting = 0,
    Approved = 1,
    Refused = 2,
}

/// <summary>A developer asks that an administrator vouches for the publisher of an app.</summary>
internal sealed class VerificationRequest
{
    public const int MaxWordsLength = 500;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid ApplicationId { get; init; }

    public Guid AskedById { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    /// <summary>Who they are, in their own words.</summary>
    public required string Words { get; init; }

    public VerificationState State { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>The administrator's, for the developer to read.</summary>
    public string? Reason { get; private set; }

    public void Answer(VerificationState state, string reason, DateTimeOffset now) => (State, Reason, AnsweredAt) = (state, reason, now);

    internal static void Map(EntityTypeBuilder<VerificationRequest> request)
    {
        request.ToTable("VerificationRequests");
        request.Property(r => r.Words).HasMaxLength(MaxWordsLength);
        request.Property(r => r.Reason).HasMaxLength(MaxWordsLength);
        request.Property(r => r.State).HasConversion<string>().HasMaxLength(10).IsConcurrencyToken();
        request.HasIndex(r => new { r.State, r.AskedAt });
        request.HasIndex(r => new { r.ApplicationId, r.AskedAt });
        request.HasIndex(r => r.ApplicationId).IsUnique().HasFilter($"\"State\" = '{nameof(VerificationState.Waiting)}'");
        request.HasOne<Client>().WithMany().HasForeignKey(r => r.ApplicationId).OnDelete(DeleteBehavior.Cascade);
        request.HasOne<Account>().WithMany().HasForeignKey(r => r.AskedById).OnDelete(DeleteBehavior.Cascade);
    }
}

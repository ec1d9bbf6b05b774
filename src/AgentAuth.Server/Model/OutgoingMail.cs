using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>
/// An e-mail to a person, written in the transaction of what it tells, sent by whichever node's turn it is.
/// </summary>
internal sealed class OutgoingMail
{
    public const int MaxSubjectLength = 200;
    public const int MaxKindLength = 30;

    /// <summary>Sent ones, and those that could not be sent, are forgotten after this.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid AccountId { get; init; }

    public required string To { get; init; }

    /// <summary>What it is about: <c>grant-new</c>, <c>grant-ending</c>.</summary>
    public required string Kind { get; init; }

    public required string Subject { get; init; }

    public required string Text { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public int Tries { get; set; }

    /// <summary>Null when it is sent, or given up.</summary>
    public DateTimeOffset? NextTryAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    internal static void Map(EntityTypeBuilder<OutgoingMail> mail)
    {
        mail.ToTable("OutgoingMails");
        mail.Property(m => m.To).HasMaxLength(Account.MaxEmailLength);
        mail.Property(m => m.Kind).HasMaxLength(MaxKindLength);
        mail.Property(m => m.Subject).HasMaxLength(MaxSubjectLength);
        mail.HasIndex(m => m.NextTryAt);
        mail.HasIndex(m => m.CreatedAt);
        mail.HasOne<Account>().WithMany().HasForeignKey(m => m.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

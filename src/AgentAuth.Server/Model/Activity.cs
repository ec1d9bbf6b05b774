using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

internal enum ActivityKind
{
    Allowed = 0,
    Changed = 1,
    Paused = 2,
    Resumed = 3,
    Ended = 4,

    /// <summary>Tokens were issued.</summary>
    Issued = 5,

    /// <summary>The token endpoint refused; <see cref="Activity.What"/> is the rule.</summary>
    Refused = 6,

    /// <summary>A resource server let calls in; <see cref="Activity.What"/> is the scope.</summary>
    Called = 7,

    /// <summary>A resource server refused calls; <see cref="Activity.What"/> is why.</summary>
    CallRefused = 8,

    /// <summary>The agent needs a yes to one action.</summary>
    ApprovalAsked = 9,
    ApprovalGiven = 10,
    ApprovalDenied = 11,

    /// <summary>A refresh token that was used up came back.</summary>
    Replayed = 12,
}

/// <summary>
/// A line of what an agent did, for the person it acts for. Things of one kind that come close together are one line with a count;
/// docs/decisions/0025.
/// </summary>
internal sealed class Activity
{
    public const int MaxWhatLength = 200;
    public const int MaxAddressLength = 45;

    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid GrantId { get; init; }

    public Guid AccountId { get; init; }

    public ActivityKind Kind { get; init; }

    /// <summary>A scope, a rule, a tool; never what the agent sent.</summary>
    public string? What { get; init; }

    public string? Address { get; init; }

    /// <summary>When the first of them was.</summary>
    public DateTimeOffset At { get; init; }

    public DateTimeOffset LastAt { get; set; }

    public int Count { get; set; } = 1;

    internal static void Map(EntityTypeBuilder<Activity> activity)
    {
        activity.ToTable("Activities");
        activity.Property(a => a.Kind).HasConversion<string>().HasMaxLength(20);
        activity.Property(a => a.What).HasMaxLength(MaxWhatLength);
        activity.Property(a => a.Address).HasMaxLength(MaxAddressLength);
        activity.HasIndex(a => new { a.GrantId, a.At });
        activity.HasIndex(a => new { a.AccountId, a.At });
        activity.HasIndex(a => a.At);
        activity.HasOne<Grant>().WithMany().HasForeignKey(a => a.GrantId).OnDelete(DeleteBehavior.Cascade);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>What was guessed at, and from where; each kind is counted in a book of its own.</summary>
internal enum FailureKind
{
    /// <summary>One account's password from one network.</summary>
    SignInPair = 0,

    /// <summary>One account's password, from anywhere.</summary>
    SignInAccount = 1,

    /// <summary>Any account's password from one network.</summary>
    SignInNetwork = 2,

    /// <summary>One client's secret from one address.</summary>
    Secret = 3,
}

/// <summary>
/// Failed tries of one key that one node counted within a moment, for the other nodes to count too. Written on PostgreSQL only, dated by
/// the database's clock, gone after a quarter of an hour.
/// </summary>
internal sealed class FailedTry
{
    public const int KeyLength = 32;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Who counted it, and need not be told.</summary>
    public Guid Node { get; init; }

    public FailureKind Kind { get; init; }

    /// <summary>Half a SHA-256 of what is counted, in hex: no address of a person or a network stands in this table.</summary>
    public required string Key { get; init; }

    public int Times { get; init; }

    /// <summary>What was counted before is forgiven: who tried knew the password in the end.</summary>
    public bool IsForgiven { get; init; }

    public DateTimeOffset At { get; init; }

    internal static void Map(EntityTypeBuilder<FailedTry> failure)
    {
        failure.ToTable("FailedTries");
        failure.Property(f => f.Kind).HasConversion<string>().HasMaxLength(20);
        failure.Property(f => f.Key).HasMaxLength(KeyLength);
        failure.HasIndex(f => f.At);
    }
}

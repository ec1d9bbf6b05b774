using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>
/// A client's assertion that was used, or a resource server's report that was counted: kept until it would have ended anyway, so that no
/// node takes it again.
/// </summary>
internal sealed class UsedAssertion
{
    public const int IdLength = 64;

    /// <summary>SHA-256 of whose it is and its <c>jti</c>, or the report's identifier, in hex.</summary>
    public required string Id { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    internal static void Map(EntityTypeBuilder<UsedAssertion> assertion)
    {
        assertion.ToTable("UsedAssertions");
        assertion.Property(a => a.Id).HasMaxLength(IdLength);
        assertion.HasIndex(a => a.EndsAt);
    }
}

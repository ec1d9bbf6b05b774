using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Model;

/// <summary>
/// One action of an agent that waits for a person's yes (OpenID CIBA Core, poll mode): asked by the resource server, decided by the
/// person, fetched by the resource server, good for that one action once.
/// </summary>
internal sealed class Approval
{
    public const int HashLength = 64;
    public const int MaxMessageLength = 200;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>SHA-256, in hex, of the <c>auth_req_id</c>.</summary>
    public required string RequestHash { get; init; }

    public Guid GrantId { get; init; }

    public Guid AccountId { get; init; }

    public Guid ResourceId { get; init; }

    /// <summary>The action as <c>authorization_details</c> (RFC 9396).</summary>
    public required string Details { get; init; }

    /// <summary>CIBA's <c>binding_message</c>.</summary>
    public string? Message { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    /// <summary>Used once the resource server has fetched the yes.</summary>
    public Decision Decision { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    public DateTimeOffset? PolledAt { get; set; }

    /// <summary>What somebody is asked just now: what a removed or paused agent wanted to do is not asked any more.</summary>
    public static IQueryable<Approval> Open(AgentAuthDb db, Guid account, DateTimeOffset now) => db.Approvals.Where(
        a => a.AccountId == account && a.EndsAt > now && a.Decision == Decision.Pending
            && db.Grants.Any(g => g.Id == a.GrantId && g.Status == OpenIddictConstants.Statuses.Valid && g.EndsAt > now
                && g.PausedAt == null));

    internal static void Map(EntityTypeBuilder<Approval> approval)
    {
        approval.ToTable("Approvals");
        approval.Property(a => a.RequestHash).HasMaxLength(HashLength);
        approval.Property(a => a.Message).HasMaxLength(MaxMessageLength);
        approval.Property(a => a.Decision).HasConversion<string>().HasMaxLength(10).IsConcurrencyToken();
        approval.HasIndex(a => a.RequestHash).IsUnique();
        approval.HasIndex(a => new { a.AccountId, a.EndsAt });
        approval.HasIndex(a => a.EndsAt);
        approval.HasOne<Grant>().WithMany().HasForeignKey(a => a.GrantId).OnDelete(DeleteBehavior.Cascade);
    }
}

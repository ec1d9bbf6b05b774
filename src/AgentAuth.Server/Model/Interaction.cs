using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

internal enum Decision
{
    Pending = 0,
    Allowed = 1,
    Denied = 2,
    Used = 3,
}

/// <summary>
/// One question put to one person in one session: the request as it was shown, and what was answered. The page's form carries
/// only the identifier, so nothing in it can be edited; the answer is used once.
/// </summary>
internal sealed class Interaction
{
    /// <summary>256 random bits, base64url: knowing it is not enough, the session must match too.</summary>
    public required string Id { get; init; }

    public required string SessionId { get; init; }

    public Guid AccountId { get; init; }

    /// <summary>The authorization request's parameters, as the query string they came in.</summary>
    public required string Query { get; init; }

    public Guid ApplicationId { get; init; }

    public Guid ResourceId { get; init; }

    public required string RedirectHost { get; init; }

    /// <summary>The scopes asked, space-separated.</summary>
    public required string Asked { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public Decision Decision { get; private set; }

    public Guid? GrantId { get; private set; }

    public IReadOnlyList<string> AskedScopes => Asked.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public void Allow(Grant grant)
    {
        Decision = Decision.Allowed;
        GrantId = grant.Id;
    }

    public void Deny() => Decision = Decision.Denied;

    internal static void Map(EntityTypeBuilder<Interaction> interaction)
    {
        interaction.ToTable("Interactions");
        interaction.Property(i => i.Id).HasMaxLength(64);
        interaction.Property(i => i.SessionId).HasMaxLength(64);
        interaction.Property(i => i.RedirectHost).HasMaxLength(255);
        interaction.Property(i => i.Decision).HasConversion<string>().HasMaxLength(10).IsConcurrencyToken();
        interaction.Ignore(i => i.AskedScopes);
        interaction.HasIndex(i => i.EndsAt);
        interaction.HasOne<Account>().WithMany().HasForeignKey(i => i.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

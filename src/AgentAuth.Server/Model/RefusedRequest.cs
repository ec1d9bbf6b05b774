using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>
/// Why a request was refused, for whoever has its <c>error_id</c>: which rule failed and what was sent, without anything that could be
/// used. Kept for a day; docs/decisions/0020.
/// </summary>
internal sealed class RefusedRequest
{
    public const int IdLength = 12;
    public const int SenderLength = 32;
    public const int MaxRuleLength = 60;
    public const int MaxErrorLength = 60;
    public const int MaxEndpointLength = 60;
    public const int MaxWordsLength = 400;

    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>The <c>error_id</c> that the answer carried.</summary>
    public required string Id { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Rule { get; init; }

    public required string Error { get; init; }

    /// <summary>What the answer said, and what it would have said of a client that did not prove itself.</summary>
    public required string Words { get; init; }

    public required string Endpoint { get; init; }

    /// <summary>The client that the request named, if it could be one's name.</summary>
    public string? ClientId { get; init; }

    /// <summary>Who the client belonged to when it was refused; found when the row is written.</summary>
    public Guid? OwnerId { get; set; }

    /// <summary>Half a SHA-256 of the network it came from, so that one sender's refusals do not push out the others'.</summary>
    public required string Sender { get; init; }

    /// <summary>Names and harmless values, as JSON.</summary>
    public required string Sent { get; init; }

    /// <summary>It is written down only if the client it names is there: it took a place of that client's, or others told of it.</summary>
    public bool NeedsClient { get; set; }

    internal static void Map(EntityTypeBuilder<RefusedRequest> refused)
    {
        refused.ToTable("RefusedRequests");
        refused.Property(r => r.Id).HasMaxLength(IdLength);
        refused.Property(r => r.Rule).HasMaxLength(MaxRuleLength);
        refused.Property(r => r.Error).HasMaxLength(MaxErrorLength);
        refused.Property(r => r.Words).HasMaxLength(MaxWordsLength);
        refused.Property(r => r.Endpoint).HasMaxLength(MaxEndpointLength);
        refused.Property(r => r.ClientId).HasMaxLength(Client.MaxClientIdLength);
        refused.Property(r => r.Sender).HasMaxLength(SenderLength);
        refused.Ignore(r => r.NeedsClient);
        refused.HasIndex(r => r.At);
        refused.HasIndex(r => new { r.Sender, r.At });
        refused.HasIndex(r => new { r.ClientId, r.At });
    }
}

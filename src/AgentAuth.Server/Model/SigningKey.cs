using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

internal enum KeyUse
{
    Signing = 0,

    /// <summary>Seals codes and refresh tokens, which only this server reads.</summary>
    Encryption = 1,

    /// <summary>Signs consent receipts, and nothing else: verified years later, so its public half is published for ever.</summary>
    Receipt = 2,
}

/// <summary>A key of the server, sealed with the data protection keys, which are kept apart from the database.</summary>
internal sealed class SigningKey
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public KeyUse Use { get; init; }

    /// <summary>RFC 7518 name: <c>ES256</c> for signing, <c>A256KW</c> for encryption.</summary>
    public required string Algorithm { get; init; }

    public required byte[] Sealed { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Published before it is used, so that no resource server meets a token whose key it cannot know yet.</summary>
    public DateTimeOffset UsedFrom { get; set; }

    /// <summary>Published until the last token it signed is dead; of a receipt key, since when it signs nothing.</summary>
    public DateTimeOffset? GoneAt { get; set; }

    internal static void Map(EntityTypeBuilder<SigningKey> key)
    {
        key.ToTable("SigningKeys");
        key.Property(k => k.Use).HasConversion<string>().HasMaxLength(10);
        key.Property(k => k.Algorithm).HasMaxLength(20);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

internal enum RevocationKind
{
    /// <summary>Every token of a grant (<c>gid</c>).</summary>
    Grant = 0,

    /// <summary>One access token (<c>jti</c>).</summary>
    Token = 1,

    /// <summary>Every token of a client issued up to an instant (<c>client_id</c>).</summary>
    Client = 2,

    /// <summary>
    /// The tokens of a grant (<c>gid</c>) do no more than <see cref="Revocation.Scopes"/> now: nothing at all while it is paused. Of
    /// several about one grant the newest counts.
    /// </summary>
    Scopes = 3,

    /// <summary>
    /// The tokens of a grant (<c>gid</c>) are held to these limits now, whatever they say themselves. Of several about one grant the newest
    /// counts.
    /// </summary>
    Limits = 4,
}

/// <summary>
/// Something resource servers must refuse although its signature and date are good. Written in the same transaction as the
/// end it announces, read by every node's event stream, forgotten when the last token it can mean has expired.
/// </summary>
internal sealed class Revocation
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public RevocationKind Kind { get; init; }

    public required string Value { get; init; }

    /// <summary>
    /// What is left: of <see cref="RevocationKind.Scopes"/> they, space-separated; of <see cref="RevocationKind.Limits"/> they, as a JSON
    /// array of <c>authorization_details</c>; null of what has ended.
    /// </summary>
    public string? Scopes { get; init; }

    public DateTimeOffset At { get; init; }

    public DateTimeOffset ForgetAt { get; init; }

    internal static void Map(EntityTypeBuilder<Revocation> revocation)
    {
        revocation.ToTable("Revocations");
        revocation.Property(r => r.Kind).HasConversion<string>().HasMaxLength(10);
        revocation.Property(r => r.Value).HasMaxLength(Client.MaxClientIdLength);
        revocation.HasIndex(r => r.At);
        revocation.HasIndex(r => r.ForgetAt);
        revocation.HasIndex(r => r.Value); // introspection asks for one token's
    }
}

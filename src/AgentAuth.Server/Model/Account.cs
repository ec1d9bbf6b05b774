using Microsoft.AspNetCore.Identity;

namespace AgentAuth.Server.Model;

/// <summary>A person. The identifier is the <c>sub</c> of every token: it never changes and says nothing about the person.</summary>
internal sealed class Account : IdentityUser<Guid>
{
    public const int MaxEmailLength = 254; // RFC 5321 §4.5.3.1.3, less the angle brackets
    public const int MaxCultureLength = 20;
    public const int MaxPasswordLength = 256; // longer input is refused before any hash is computed

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; private set; }

    /// <summary>The language of the page on which the person last decided something; e-mails are written in it.</summary>
    public string? Culture { get; set; }

    public string Subject => Id.ToString("D");

    public static Account For(string email, TimeProvider clock) => new()
    {
        Id = Guid.CreateVersion7(),
        UserName = email,
        Email = email,
        EmailConfirmed = true, // sign-up by mail does not exist yet: whoever makes an account vouches for the address
        CreatedAt = clock.GetUtcNow(),
    };

    public void Disable(TimeProvider clock) => DisabledAt ??= clock.GetUtcNow();

    public void Enable() => DisabledAt = null;
}

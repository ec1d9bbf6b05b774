using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tokens.Mails;

/// <summary>
/// Links that let whoever reads a person's mail do one thing to one grant, once, without signing in: 256 random bits, of which only the
/// hash is kept.
/// </summary>
internal sealed class MailLinks(AgentAuthDb db, Issuer issuer, TimeProvider clock)
{
    public const string Page = "/mail-link";

    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    private const int SecretBytes = 32;
    private const int SecretLength = 43;

    /// <summary>Adds one to what the caller saves; says where it leads. Built from the issuer: no Host header bends it.</summary>
    public string Add(MailLinkPurpose purpose, Grant grant, DateTimeOffset endsAt)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        db.Add(new MailLink { Id = HashOf(secret), Purpose = purpose, AccountId = grant.AccountId, GrantId = grant.Id, EndsAt = endsAt });
        return issuer.At($"{Page}?token={secret}");
    }

    /// <summary>Null for one that is used, over or none: nobody is told which.</summary>
    public Task<MailLink?> FindAsync(string? secret, CancellationToken stop)
    {
        if (secret is not { Length: SecretLength })
        {
            return Task.FromResult<MailLink?>(null);
        }
        var (hash, now) = (HashOf(secret), clock.GetUtcNow());
        return db.MailLinks.AsNoTracking().FirstOrDefaultAsync(l => l.Id == hash && l.UsedAt == null && l.EndsAt > now, stop);
    }

    /// <summary>True for the one who uses it first, within a transaction of theirs.</summary>
    public async Task<bool> UseAsync(MailLink link, CancellationToken stop)
    {
        DateTimeOffset? now = clock.GetUtcNow();
        return await db.MailLinks.Where(l => l.Id == link.Id && l.UsedAt == null && l.EndsAt > now)
            .ExecuteUpdateAsync(l => l.SetProperty(x => x.UsedAt, now), stop) == 1;
    }

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
}

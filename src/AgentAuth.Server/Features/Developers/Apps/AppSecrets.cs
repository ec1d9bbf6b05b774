using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc6749Framework;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>Making an app's secrets; the text of one is known to whoever asked for it, once, and to nobody after that.</summary>
internal static class AppSecrets
{
    /// <summary>It does not end by itself.</summary>
    public const int Never = 0;

    public const int FirstDays = 365;

    /// <summary>How long one may be good, in days.</summary>
    public static readonly int[] Days = [30, 90, FirstDays, Never];

    public static string Add(AgentAuthDb db, Client client, int days, TimeProvider clock)
    {
        var (secret, now) = (ClientSecret.New(), clock.GetUtcNow());
        db.Add(new Secret
        {
            ApplicationId = client.Id,
            Hash = ClientSecret.Hash(secret),
            CreatedAt = now,
            ExpiresAt = days == Never ? null : now.AddDays(days),
        });
        client.Changed(); // of two who make one at once the second is refused: there are never more than two
        return secret;
    }
}

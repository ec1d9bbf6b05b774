using AgentAuth.Server.Specs.Rfc8414Metadata;

namespace AgentAuth.Server.Tokens.Keys;

internal static class KeyOptions
{
    /// <summary>How long resource servers may keep the published keys (<c>Cache-Control</c> of the JWKS).</summary>
    public static readonly TimeSpan Cache = KeepDocuments.MaxAge;

    /// <summary>A new key is published this long before it signs: longer than anyone keeps the old list.</summary>
    public static readonly TimeSpan PublishAhead = TimeSpan.FromMinutes(10);

    /// <summary>Clocks differ, and an ID token may come back as a hint a little late.</summary>
    public static readonly TimeSpan KeepAfter = TimeSpan.FromHours(1);

    /// <summary>
    /// A leaked key is gone, and the next one signs, since this long before now: no node's clock may be so late that it disagrees.
    /// </summary>
    public static readonly TimeSpan BeforeAnyClock = TimeSpan.FromDays(1);

    /// <summary>How soon a look that failed is tried again.</summary>
    public static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>How often a node looks at the keys without having heard of a new one: one takes over, another has gone.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(10);
}

namespace AgentAuth.Server.Specs.ClientIdMetadataDocuments;

/// <summary>How long what was read is taken for true: as its host says, within bounds of our own (RFC 9111 §4.2).</summary>
internal static class Freshness
{
    /// <summary>Nobody is asked more often than this, whatever the answer says: a person's sign-in takes several requests.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromMinutes(5);

    /// <summary>A withdrawn key or address is noticed after this at the latest.</summary>
    public static readonly TimeSpan Ceiling = TimeSpan.FromHours(24);

    public static readonly TimeSpan Unsaid = TimeSpan.FromHours(1);

    /// <summary>How old a known good document may be while its host is down.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromDays(7);

    public static TimeSpan Of(TimeSpan? said) =>
        said is not { } lifetime ? Unsaid : lifetime < Floor ? Floor : lifetime > Ceiling ? Ceiling : lifetime;
}

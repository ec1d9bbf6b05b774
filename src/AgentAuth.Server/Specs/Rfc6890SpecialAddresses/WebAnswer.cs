namespace AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

/// <summary>What came of asking: a body, the word that nothing changed, or a failure in one line.</summary>
internal sealed record WebAnswer
{
    public byte[]? Body { get; init; }

    public bool IsUnchanged { get; init; }

    public string? Failure { get; init; }

    /// <summary>The host is down or out of order; what it said before may still be so.</summary>
    public bool IsOutage { get; init; }

    /// <summary>No connection came about: asking the host something else would not help.</summary>
    public bool IsUnreachable { get; init; }

    /// <summary>
    /// The host was there, but gave no whole answer. That is told of this address alone: on a host that many share, anybody can have one
    /// that never answers.
    /// </summary>
    public bool IsCutShort { get; init; }

    /// <summary>How long it may be kept, as its headers say; null when they say nothing.</summary>
    public TimeSpan? Lifetime { get; init; }

    public string? Tag { get; init; }

    public static WebAnswer Failed(string why, bool isOutage) => new() { Failure = why, IsOutage = isOutage };

    /// <param name="why">In one line.</param>
    /// <param name="isConnected">Whether a secure connection stood.</param>
    public static WebAnswer None(string why, bool isConnected) =>
        new() { Failure = why, IsOutage = true, IsUnreachable = !isConnected, IsCutShort = isConnected };
}

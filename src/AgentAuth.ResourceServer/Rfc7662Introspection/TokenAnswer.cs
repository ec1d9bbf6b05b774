namespace AgentAuth.ResourceServer.Rfc7662Introspection;

/// <summary>What the authorization server says of a token.</summary>
/// <param name="State">Whether it is good.</param>
/// <param name="Scopes">What it is good for now, which may be less than it says itself; null when the server does not say.</param>
internal sealed record TokenAnswer(TokenState State, IReadOnlyList<string>? Scopes)
{
    /// <summary>What it is held to now; null when the server does not say.</summary>
    public IReadOnlyList<string>? Limits { get; init; }

    public static readonly TokenAnswer Unknown = new(TokenState.Unknown, Scopes: null);
}

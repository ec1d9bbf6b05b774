namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>Who may register a client without an administrator.</summary>
internal enum RegistrationPolicy
{
    Off = 0,

    /// <summary>Whoever holds the operator's initial access token (RFC 7591 §3).</summary>
    WithToken = 1,

    /// <summary>Anybody, within limits.</summary>
    Open = 2,
}

internal sealed class RegistrationOptions
{
    public const int ShortestToken = 32;

    public const string TokenMissing =
        "AgentAuth:Registration:Policy is WithToken: set AgentAuth:Registration:InitialAccessToken, 32 characters or more.";

    /// <summary>Not set: open where nobody but this computer can ask, off elsewhere until the operator chooses.</summary>
    public RegistrationPolicy? Policy { get; set; }

    public string? InitialAccessToken { get; set; }

    /// <summary>A token that could be guessed would be an open door with a sign on it.</summary>
    public bool IsSound => Policy != RegistrationPolicy.WithToken || InitialAccessToken?.Length >= ShortestToken;

    public RegistrationPolicy PolicyOf(Issuer issuer) => Policy ?? (issuer.IsLoopback ? RegistrationPolicy.Open : RegistrationPolicy.Off);
}

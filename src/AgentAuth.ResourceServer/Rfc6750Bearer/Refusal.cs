namespace AgentAuth.ResourceServer.Rfc6750Bearer;

/// <summary>Why a request is not let in. A value, not an exception: being refused is ordinary.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Error">Name of the error in the body.</param>
/// <param name="Description">For the client's developer. Of the request it holds at most a token's audience, without quotes.</param>
internal sealed record Refusal(int Status, string Error, string Description)
{
    /// <summary>Scopes the challenge asks for; the resource's usual ones when null.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Whether a WWW-Authenticate goes along: only where another token or another request form would help.</summary>
    public bool Challenges { get; init; }

    /// <summary>Whether that challenge names the error. Not for who sent no token: RFC 6750 §3.1 tells them nothing.</summary>
    public bool ChallengeNamesError { get; init; }

    /// <summary>By which the authorization server explains it to the client's developer; null when it is not told of it.</summary>
    public string? ErrorId { get; init; }

    public int? RetryAfterSeconds { get; init; }

    /// <summary>Set where the body is a JSON-RPC error, for MCP requests that are no JSON-RPC.</summary>
    public int? JsonRpcCode { get; init; }

    public static readonly Refusal NoToken =
        new(401, "unauthorized", "Send an access token as Authorization: Bearer.") { Challenges = true };

    public static readonly Refusal ForeignOrigin =
        new(403, "forbidden_origin", "Web pages of this origin may not call this resource.");

    public static readonly Refusal TooLarge =
        new(413, "invalid_request", "The request is too large.");

    public static readonly Refusal ForeignCharset =
        new(415, "invalid_request", "Send JSON in UTF-8.");

    public static readonly Refusal NotJsonRpc =
        new(400, "invalid_request", "The body is not one well-formed JSON value with unique names.") { JsonRpcCode = -32700 };

    public static readonly Refusal ServerUnreachable =
        new(503, "temporarily_unavailable", "The authorization server cannot be reached to check the token.") { RetryAfterSeconds = 2 };

    public static Refusal Malformed(string description) =>
        new(400, "invalid_request", description) { Challenges = true, ChallengeNamesError = true };

    public static Refusal InvalidToken(string description) =>
        new(401, "invalid_token", description) { Challenges = true, ChallengeNamesError = true };

    public static Refusal InsufficientScope(IReadOnlyList<string> needed) =>
        new(403, "insufficient_scope", "The token lacks a scope this operation needs.")
        {
            Challenges = true,
            ChallengeNamesError = true,
            Scopes = needed,
        };
}

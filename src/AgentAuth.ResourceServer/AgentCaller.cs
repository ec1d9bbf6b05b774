using System.Globalization;
using System.Security.Claims;

namespace AgentAuth.ResourceServer;

/// <summary>Who calls: the person, the agent that acts for them, and what it may do here.</summary>
public sealed class AgentCaller
{
    internal const string AuthenticationType = "AgentAuth";

    private AgentCaller(ClaimsIdentity identity)
    {
        Subject = identity.FindFirst("sub")?.Value ?? "";
        ClientId = identity.FindFirst("client_id")?.Value ?? "";
        GrantId = identity.FindFirst("gid")?.Value;
        Scopes = [.. identity.FindAll("scope").Select(claim => claim.Value)];
        ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(identity.FindFirst("exp")?.Value ?? "0", NumberStyles.None, CultureInfo.InvariantCulture));
    }

    /// <summary>Whose data is at stake: the person, or the client itself when it acts for nobody.</summary>
    public string Subject { get; }

    /// <summary>The agent.</summary>
    public string ClientId { get; }

    /// <summary>The grant a person can remove; none when the client acts for nobody.</summary>
    public string? GrantId { get; }

    /// <summary>The token's scopes with all they imply at this resource.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>When the token ends.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>Whether the agent was given this scope.</summary>
    public bool HasScope(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    internal static AgentCaller? From(ClaimsPrincipal? principal) =>
        principal?.Identities.FirstOrDefault(identity => identity.AuthenticationType == AuthenticationType) is { } identity
            ? new AgentCaller(identity)
            : null;
}

using System.Globalization;
using System.Security.Claims;
using AgentAuth.ResourceServer.Rfc9396AuthorizationDetails;

namespace AgentAuth.ResourceServer;

/// <summary>Who calls: the person, the agent that acts for them, and what it may do here.</summary>
public sealed class AgentCaller
{
    internal const string AuthenticationType = "AgentAuth";

    private readonly TokenDetails _details;

    private AgentCaller(ClaimsIdentity identity)
    {
        Subject = identity.FindFirst("sub")?.Value ?? "";
        ClientId = identity.FindFirst("client_id")?.Value ?? "";
        GrantId = identity.FindFirst("gid")?.Value;
        _details = TokenDetails.Of(identity.Claims) ?? throw new InvalidOperationException("The token's details cannot be read.");
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

    /// <summary>The identifiers of the things the person picked for the agent; null when it may use all there are.</summary>
    public IReadOnlyList<string>? Objects => _details.Objects;

    /// <summary>How many calls a day may change something; null when there is no limit. They are counted before a tool runs.</summary>
    public int? ChangesPerDay => _details.ChangesPerDay;

    /// <summary>The scopes whose use counts as a change.</summary>
    public IReadOnlyList<string> ChangeScopes => _details.ChangeScopes;

    /// <summary>The scopes whose use the person is asked about each time, before a tool runs.</summary>
    public IReadOnlyList<string> AskScopes => _details.AskScopes;

    /// <summary>Whether the agent may use this one of the person's things.</summary>
    public bool MayUse(string identifier) => Objects?.Contains(identifier, StringComparer.Ordinal) ?? true;

    /// <summary>Whether the agent was given this scope.</summary>
    public bool HasScope(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    internal static AgentCaller? From(ClaimsPrincipal? principal) =>
        IdentityOf(principal) is { } identity ? new AgentCaller(identity) : null;

    internal static ClaimsIdentity? IdentityOf(ClaimsPrincipal? principal) =>
        principal?.Identities.FirstOrDefault(identity => identity.AuthenticationType == AuthenticationType);
}

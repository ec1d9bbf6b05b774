namespace AgentAuth.Server.Features.Shared;

/// <summary>
/// A client that is a page of this server: it asks only the person who began on that page. Features do not know of each other, so the
/// authorization endpoint asks by this.
/// </summary>
internal interface IOwnClient
{
    string ClientId { get; }

    /// <summary>Whether it is the request that this person began, in this session, and that has no answer yet.</summary>
    Task<bool> HasBegunAsync(Guid accountId, string sessionId, string? state, CancellationToken stop);
}

using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;

namespace AgentAuth.Server.Features.Developers;

/// <summary>Who wants to read an explanation.</summary>
internal sealed record Reader(Guid AccountId, bool IsAdministrator, bool IsDeveloper);

/// <summary>A refusal as a developer reads it.</summary>
internal sealed record Explanation(RefusedRequest Refused, Rule Rule, IReadOnlyList<SentPart> Sent, Registered? Registered)
{
    /// <summary>
    /// Null when it is not this reader's to see. A client's refusals are its owner's and the administrators'. Where nobody owns the client,
    /// whoever has the id got it from the refusal itself; what such a client is registered for only developers see beside it.
    /// </summary>
    public static Explanation? For(RefusedRequest refused, Client? client, Reader reader)
    {
        var owner = refused.OwnerId ?? client?.OwnerId;
        var isTheirs = reader.IsAdministrator || owner == reader.AccountId;
        if (!isTheirs && owner is not null)
        {
            return null;
        }
        var seesRegistration = isTheirs || reader.IsDeveloper;
        return new(
            refused, Rules.Named(refused.Rule), Specs.Refusals.Sent.Read(refused.Sent),
            client is not null && seesRegistration ? Registered.Of(client) : null);
    }
}

using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.ResourceServer.Rfc8414Metadata;

/// <summary>What the authorization server publishes about itself, as far as a resource needs it.</summary>
internal sealed record ServerDocuments(
    IReadOnlyDictionary<string, JsonWebKey> Keys,
    Uri? IntrospectionEndpoint,
    Uri? RevocationEventsEndpoint,
    Uri? UsageEndpoint)
{
    /// <summary>Where yeses are fetched.</summary>
    public Uri? TokenEndpoint { get; init; }

    /// <summary>Where changes are counted.</summary>
    public Uri? BudgetEndpoint { get; init; }

    /// <summary>Where a person is asked (OpenID CIBA Core §4).</summary>
    public Uri? BackchannelEndpoint { get; init; }

    public ServerDocuments Without(IReadOnlySet<string> keyIds) => this with
    {
        Keys = Keys.Where(key => !keyIds.Contains(key.Key)).ToDictionary(StringComparer.Ordinal),
    };
}

using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.ResourceServer.Rfc8414Metadata;

/// <summary>What the authorization server publishes about itself, as far as a resource needs it.</summary>
internal sealed record ServerDocuments(
    IReadOnlyDictionary<string, JsonWebKey> Keys,
    Uri? IntrospectionEndpoint,
    Uri? RevocationEventsEndpoint)
{
    public ServerDocuments Without(IReadOnlySet<string> keyIds) => this with
    {
        Keys = Keys.Where(key => !keyIds.Contains(key.Key)).ToDictionary(StringComparer.Ordinal),
    };
}

using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Developers;

/// <summary>What a client is registered with at present, beside what it sent: addresses, kind, and what it may ask for.</summary>
internal sealed record Registered(
    string Name, bool IsBlocked, DateTimeOffset? RemovedAt, string Proof, bool IsNative,
    IReadOnlyList<string> Redirects, IReadOnlyList<string> Scopes)
{
    public static Registered Of(Client client) => new(
        client.Name,
        client.BlockedAt is not null && client.RemovedAt is null,
        client.RemovedAt,
        client.ClientType != ClientTypes.Confidential ? "Public: without a secret"
            : ClientMetadata.Of(client.Metadata)?.AuthMethod == ClientAuthenticationMethods.PrivateKeyJwt ? "Confidential: by its key"
            : "Confidential: with a secret",
        client.ApplicationType == ApplicationTypes.Native,
        string.IsNullOrEmpty(client.RedirectUris) ? [] : JsonSerializer.Deserialize<string[]>(client.RedirectUris) ?? [],
        [.. client.PermissionSet
            .Where(p => p.StartsWith(Permissions.Prefixes.Scope, StringComparison.Ordinal))
            .Select(p => p[Permissions.Prefixes.Scope.Length..])
            .Order(StringComparer.Ordinal)]);
}

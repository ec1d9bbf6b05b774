using System.Text.Json;
using AgentAuth.Server.Features.Developers.Apps;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Developers;

/// <summary>What a client is registered with at present, beside what it sent: addresses, kind, and what it may ask for.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Ended">Why it can do nothing any more, in words; null while it can.</param>
/// <param name="RemovedAt">When it was taken back.</param>
/// <param name="Proof">How it proves itself.</param>
/// <param name="IsNative">It runs on people's computers.</param>
/// <param name="Redirects">Where its answers may go.</param>
/// <param name="Scopes">What it may ask for.</param>
internal sealed record Registered(
    string Name, string? Ended, DateTimeOffset? RemovedAt, AppProof Proof, bool IsNative,
    IReadOnlyList<string> Redirects, IReadOnlyList<string> Scopes)
{
    public string ProofInWords => Proof switch
    {
        AppProof.Key => "Confidential: with a key of its own",
        AppProof.Secret => "Confidential: with a secret",
        _ => "Public: without a secret",
    };

    public static Registered Of(Client client) => new(
        client.Name,
        client.RemovedAt is not null ? "Removed" : client.BlockedAt is not null ? "Blocked by an administrator" : null, // removing blocks
        client.RemovedAt,
        ProofOf(client),
        client.ApplicationType == ApplicationTypes.Native,
        string.IsNullOrEmpty(client.RedirectUris) ? [] : JsonSerializer.Deserialize<string[]>(client.RedirectUris) ?? [],
        [.. client.PermissionSet
            .Where(p => p.StartsWith(Permissions.Prefixes.Scope, StringComparison.Ordinal))
            .Select(p => p[Permissions.Prefixes.Scope.Length..])
            .Order(StringComparer.Ordinal)]);

    /// <summary>A client that nobody described has a secret, being confidential, unless there are keys of its own.</summary>
    private static AppProof ProofOf(Client client) =>
        client.ClientType != ClientTypes.Confidential ? AppProof.None
        : ClientMetadata.Of(client.Metadata)?.HasSecret ?? (client.JsonWebKeySet is null) ? AppProof.Secret
        : AppProof.Key;
}

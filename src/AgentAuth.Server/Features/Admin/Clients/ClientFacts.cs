using System.Text.Json;
using AgentAuth.Server.Model;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Admin.Clients;

/// <summary>A registration in words; of a secret it knows only whether there is one.</summary>
internal sealed record ClientFacts(
    bool IsConfidential, bool IsNative, bool HasSecret, bool HasDatedSecrets, IReadOnlyList<string> Redirects,
    IReadOnlyList<string> GrantTypes, ILookup<string, string> ScopesByResource)
{
    /// <summary>Words for how it came to be here.</summary>
    public static string CameBy(Origin origin) => origin switch
    {
        Origin.ByDocument => "by the document at its identifier",
        Origin.ByItself => "by registering itself",
        Origin.ByDeveloper => "by a developer, in the portal",
        _ => "by an administrator",
    };

    public static ClientFacts Of(Client client)
    {
        var permissions = List(client.Permissions);
        return new(
            client.ClientType == ClientTypes.Confidential,
            client.ApplicationType == ApplicationTypes.Native,
            client.ClientSecret is not null,
            client.Secrets.Count > 0,
            List(client.RedirectUris),
            After(Permissions.Prefixes.GrantType),
            After(Permissions.Prefixes.Scope).Select(p => p.Split(' ', 2)).Where(p => p.Length == 2)
                .ToLookup(p => p[0], p => p[1], StringComparer.Ordinal));

        List<string> After(string prefix) =>
            [.. permissions.Where(p => p.StartsWith(prefix, StringComparison.Ordinal)).Select(p => p[prefix.Length..])];
    }

    private static string[] List(string? json) => string.IsNullOrEmpty(json) ? [] : JsonSerializer.Deserialize<string[]>(json) ?? [];
}

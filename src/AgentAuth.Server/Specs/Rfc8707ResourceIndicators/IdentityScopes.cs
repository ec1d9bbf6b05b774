using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Specs.Rfc8707ResourceIndicators;

/// <summary>Scopes that belong to no API: they are about the person (OpenID Connect Core §5.4) and about staying allowed (§11).</summary>
internal static class IdentityScopes
{
    public static readonly IReadOnlyList<string> All = [Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess];

    public static bool Contains(string scope) => All.Contains(scope, StringComparer.Ordinal);
}

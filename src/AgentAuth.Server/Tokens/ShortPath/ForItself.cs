using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens.ShortPath;

/// <summary>
/// Client credentials (RFC 6749 §4.4). Nothing is asked of the database and nothing is written: what may be remembered is a second old at
/// most, and a token issued so late dies with the client's others (<see cref="Model.Client.LateTokens"/>).
/// </summary>
internal sealed class ForItself(Catalog catalog, SecretCheck secrets, Issuance issuance, TimeProvider clock)
{
    private static readonly string[] Known = [Parameters.GrantType, Parameters.Scope, Parameters.Resource];

    public async Task<bool> TryAsync(HttpContext http, IFormCollection form)
    {
        var now = clock.GetUtcNow(); // before anything is looked up: what died since then has a later date than the token
        if (await KnownForm.ReadAsync(http, form, Known, catalog, secrets, http.RequestAborted) is not { } request)
        {
            return false;
        }
        var client = request.Client;
        if (client.ClientType != ClientTypes.Confidential || client.KillsTokensOf(now)
            || !client.PermissionSet.Contains(Permissions.Endpoints.Token)
            || !client.PermissionSet.Contains(Permissions.GrantTypes.ClientCredentials))
        {
            return false;
        }
        var asked = (request[Parameters.Scope] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var indicators = request[Parameters.Resource] is { } indicator ? new[] { indicator } : [];
        var resources = await catalog.ResourcesAsync(http.RequestAborted);
        var (access, _) = AccessPolicy.Decide(
            client, indicators, [.. asked.Where(s => !IdentityScopes.Contains(s))], forPerson: false, resources.All);
        if (access is null || asked.Length > AccessPolicy.MaxScopes)
        {
            return false;
        }
        var token = new AccessTokenFacts(
            client.ClientId!, client.ClientId!, access.Resource.Identifier, access.Scopes, Grant: null, now, issuance.AccessTokenLifetime);
        var isAsAsked = asked.ToHashSet(StringComparer.Ordinal).SetEquals(access.Scopes);
        var accessToken = issuance.AccessToken(token);
        Answer.KeepNowhere(http.Response);
        await Answer.WriteAsync(http, Answer.Object(json => Issuance.WriteTokens(
            json, accessToken, token.Lifetime, isAsAsked ? null : token.Scope, idToken: null, refreshToken: null)));
        return true;
    }
}

using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>OpenIddict's application manager with our rules for secrets and redirects. A blocked client does not exist for any
/// endpoint.</summary>
internal sealed class ClientManager(
    IOpenIddictApplicationCache<Client> cache,
    ILogger<OpenIddictApplicationManager<Client>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<Client> store,
    SecretCheck secrets,
    AgentAuthDb db) : OpenIddictApplicationManager<Client>(cache, logger, options, store)
{
    /// <summary>Read once in a request, which asks twice.</summary>
    private (Guid Of, IReadOnlyList<Secret> Secrets)? _dated;

    public override async ValueTask<Client?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken = default)
    {
        if (identifier.Length > Client.MaxClientIdLength || identifier.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }
        var client = await base.FindByClientIdAsync(identifier, cancellationToken);
        return client is { BlockedAt: null } ? client : null;
    }

    public override async ValueTask<bool> ValidateRedirectUriAsync(
        Client application, string uri, CancellationToken cancellationToken = default)
    {
        var isNative = await HasApplicationTypeAsync(application, OpenIddictConstants.ApplicationTypes.Native, cancellationToken);
        foreach (var registered in await GetRedirectUrisAsync(application, cancellationToken))
        {
            if (registered == uri || (isNative && LoopbackRedirect.Matches(registered, uri)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Compared like a redirect URI. OpenIddict also finds clients by this address alone, so a blocked one must be left out here too.
    /// </summary>
    public override async ValueTask<bool> ValidatePostLogoutRedirectUriAsync(
        Client application, string uri, CancellationToken cancellationToken = default)
    {
        if (application.BlockedAt is not null)
        {
            return false;
        }
        var registered = await GetPostLogoutRedirectUrisAsync(application, cancellationToken);
        var isNative = await HasApplicationTypeAsync(application, OpenIddictConstants.ApplicationTypes.Native, cancellationToken);
        return registered.Any(r => r == uri || (isNative && LoopbackRedirect.Matches(r, uri)));
    }

    public override async ValueTask<bool> ValidateClientSecretAsync(
        Client application, string secret, CancellationToken cancellationToken = default) =>
        (await ProveAsync(application, secret, cancellationToken)).IsGood;

    /// <summary>Secrets with dates are looked for when there is no other, or another was sent: most clients have none.</summary>
    public async ValueTask<SecretProof> ProveAsync(Client client, string secret, CancellationToken stop)
    {
        if (!await HasClientTypeAsync(client, OpenIddictConstants.ClientTypes.Confidential, stop))
        {
            return default;
        }
        if (secrets.Prove(client.ClientSecret, [], secret) is { IsGood: true } plain)
        {
            return plain;
        }
        if (_dated?.Of != client.Id)
        {
            _dated = (client.Id, await db.ClientSecrets.AsNoTracking().Where(s => s.ApplicationId == client.Id).ToListAsync(stop));
        }
        return secrets.Prove(kept: null, _dated.Value.Secrets, secret);
    }

    protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) =>
        new(ClientSecret.Hash(secret));

    protected override ValueTask<bool> ValidateClientSecretAsync(
        string secret, string comparand, CancellationToken cancellationToken = default) =>
        new(ClientSecret.Matches(secret, comparand));
}

using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Demo;

/// <summary>Registers the demo's clients as an administrator would.</summary>
internal sealed class DemoClients(IOpenIddictApplicationManager clients, AgentAuthDb db, TimeProvider clock)
{
    /// <summary>An agent people allow: public when it has no secret.</summary>
    public Task AgentAsync(string id, string name, string? secret, Uri[] redirects, Resource[] resources)
    {
        var client = New(id, name, secret);
        client.ApplicationType = secret is null ? ApplicationTypes.Native : ApplicationTypes.Web;
        client.RedirectUris.UnionWith(redirects);
        client.PostLogoutRedirectUris.UnionWith(redirects);
        client.Permissions.UnionWith(
        [
            Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Revocation,
                Permissions.Endpoints.EndSession,
            Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
        ]);
        client.Permissions.UnionWith(
            resources.SelectMany(r => r.Scopes.Select(s => AccessPolicy.Permission(r.Identifier, s.Name!))));
        return AddAsync(client, secret is null ? Trust.RunsOnThisComputer : Trust.DomainProved);
    }

    /// <summary>A program that acts for itself.</summary>
    public Task ServiceAsync(string id, string name, string secret, Resource resource, string scope)
    {
        var client = New(id, name, secret);
        client.Permissions.UnionWith(
        [
            Permissions.Endpoints.Token, Permissions.Endpoints.Revocation, Permissions.GrantTypes.ClientCredentials,
            .. resource.Scopes.Where(s => s.Name == scope).Select(s => AccessPolicy.Permission(resource.Identifier, s.Name!)),
        ]);
        return AddAsync(client, Trust.DomainProved);
    }

    /// <summary>A protected resource's own account: it asks about tokens made out to it and hears what ended.</summary>
    public Task ResourceAccountAsync(string id, string name, string secret)
    {
        var client = New(id, name, secret);
        client.Permissions.Add(Permissions.Endpoints.Introspection);
        return AddAsync(client, Trust.DomainProved);
    }

    private static OpenIddictApplicationDescriptor New(string id, string name, string? secret) => new()
    {
        ClientId = id,
        DisplayName = name,
        ClientSecret = secret,
        ClientType = secret is null ? ClientTypes.Public : ClientTypes.Confidential,
        ConsentType = ConsentTypes.Explicit,
    };

    private async Task AddAsync(OpenIddictApplicationDescriptor descriptor, Trust trust)
    {
        if (await clients.FindByClientIdAsync(descriptor.ClientId!) is Client there)
        {
            await AllowMoreAsync(there, descriptor);
            return;
        }
        if (await db.Clients.AnyAsync(c => c.ClientId == descriptor.ClientId))
        {
            return; // blocked by somebody: it stays so
        }
        var client = (Client)await clients.CreateAsync(descriptor);
        client.Trust = trust;
        client.CreatedAt = clock.GetUtcNow();
        await db.SaveChangesAsync();
    }

    /// <summary>The sample servers may listen elsewhere than last time; their new identifiers are added to what the client may ask
    /// for.</summary>
    private async Task AllowMoreAsync(Client there, OpenIddictApplicationDescriptor wanted)
    {
        var descriptor = new OpenIddictApplicationDescriptor();
        await clients.PopulateAsync(descriptor, there);
        if (!wanted.Permissions.IsSubsetOf(descriptor.Permissions))
        {
            descriptor.Permissions.UnionWith(wanted.Permissions);
            await clients.UpdateAsync(there, descriptor);
        }
    }
}

using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Registers a further public client, where registering is not what is tested.</summary>
internal static class Clients
{
    public static async Task<Agent> RegisterAsync(
        this AuthServer server, string id, string redirectUri, Trust trust = Trust.DomainProved, string name = "A client",
            bool isNative = false)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var clients = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = id,
            DisplayName = name,
            ClientType = ClientTypes.Public,
            ConsentType = ConsentTypes.Explicit,
            ApplicationType = isNative ? ApplicationTypes.Native : ApplicationTypes.Web,
            RedirectUris = { new Uri(redirectUri) },
            PostLogoutRedirectUris = { new Uri(redirectUri) },
        };
        descriptor.Permissions.UnionWith(
        [
            Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.EndSession,
            Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
            .. new[] { "mail.read", "mail.send", "mail.delete" }.Select(scope => AccessPolicy.Permission(AuthServer.Mail, scope)),
        ]);
        var client = (Client)await clients.CreateAsync(descriptor);
        client.Trust = trust;
        client.CreatedAt = server.Clock.GetUtcNow();
        await clients.UpdateAsync(client);
        return new Agent(server.Http(), id, secret: null, redirectUri);
    }
}

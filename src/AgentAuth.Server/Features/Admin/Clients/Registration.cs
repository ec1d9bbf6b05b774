using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Admin.Clients;

internal enum ClientKind
{
    /// <summary>Runs on people's computers: no secret it could keep.</summary>
    Native = 0,

    /// <summary>Runs on a server that keeps a secret and acts for people.</summary>
    Web = 1,

    /// <summary>Acts in its own name, for nobody.</summary>
    Service = 2,
}

/// <summary>What the form says, as OpenIddict wants it.</summary>
internal static class Registration
{
    public static OpenIddictApplicationDescriptor For(
        string name, ClientKind kind, IReadOnlyList<string> redirects, IReadOnlyList<(Resource Resource, Scope Scope)> allowed,
        string? secret)
    {
        var isNative = kind == ClientKind.Native || redirects.Any(LoopbackRedirect.IsLoopback);
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = ClientId.New(),
            ClientSecret = secret,
            ClientType = secret is null ? ClientTypes.Public : ClientTypes.Confidential,
            ApplicationType = isNative ? ApplicationTypes.Native : ApplicationTypes.Web,
            ConsentType = ConsentTypes.Explicit,
            DisplayName = name,
        };
        client.RedirectUris.UnionWith(redirects.Select(r => new Uri(r)));
        client.Permissions.UnionWith(kind == ClientKind.Service ? ForItself : ForPeople);
        client.Permissions.UnionWith(allowed.Select(a => AccessPolicy.Permission(a.Resource.Identifier, a.Scope.Name!)));
        if (kind != ClientKind.Service)
        {
            client.Requirements.Add(Requirements.Features.ProofKeyForCodeExchange);
        }
        return client;
    }

    /// <summary>The account of a resource's own server: it asks about tokens and gets none.</summary>
    public static OpenIddictApplicationDescriptor ForServerOf(Resource resource, string secret) => new()
    {
        ClientId = ClientId.New(),
        ClientSecret = secret,
        ClientType = ClientTypes.Confidential,
        ApplicationType = ApplicationTypes.Web,
        ConsentType = ConsentTypes.Explicit,
        DisplayName = resource.Name,
        Permissions = { Permissions.Endpoints.Introspection },
    };

    /// <summary>Who registers it here vouches for its host; of a program on somebody's computer nobody can (RFC 8252 §8.6).</summary>
    public static Trust TrustOf(ClientKind kind, IReadOnlyList<string> redirects) =>
        kind == ClientKind.Native || redirects.Any(LoopbackRedirect.StaysHere) ? Trust.RunsOnThisComputer : Trust.DomainProved;

    private static readonly string[] ForPeople =
    [
        Permissions.Endpoints.Authorization,
        Permissions.Endpoints.Token,
        Permissions.Endpoints.Revocation,
        Permissions.Endpoints.EndSession,
        Permissions.GrantTypes.AuthorizationCode,
        Permissions.GrantTypes.RefreshToken,
        Permissions.ResponseTypes.Code,
    ];

    private static readonly string[] ForItself =
    [
        Permissions.Endpoints.Token,
        Permissions.Endpoints.Revocation,
        Permissions.GrantTypes.ClientCredentials,
    ];
}

using OpenIddict.Server;

namespace AgentAuth.Server.Specs.Rfc8707ResourceIndicators;

internal static class Rfc8707
{
    public static OpenIddictServerBuilder AddRfc8707(this OpenIddictServerBuilder server)
    {
        server.Services.AddScoped<AccessPolicy>();
        // OpenIddict's lists of scopes and resources are fixed at start and know no person's client; ours are rows.
        return server
            .DisableScopeValidation()
            .DisableResourceValidation()
            .IgnoreScopePermissions()
            .IgnoreResourcePermissions()
            .RegisterScopes([.. IdentityScopes.All])
            // A malformed indicator is invalid_target (RFC 8707 §2) and judged by our rules; OpenIddict calls it invalid_request first.
            .RemoveEventHandler(OpenIddictServerHandlers.Authentication.ValidateResourceParameter.Descriptor)
            .RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateResourceParameter.Descriptor)
            .AddEventHandler(DropPersonScopes.Descriptor)
            .AddEventHandler(DropPersonScopes.Say.Descriptor)
            .AddEventHandler(CheckAccess.Descriptor)
            .AddEventHandler(CheckTokenResource.Descriptor);
    }
}

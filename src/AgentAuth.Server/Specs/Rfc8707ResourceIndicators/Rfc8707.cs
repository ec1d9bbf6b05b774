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
            // They call an indicator that is no URI invalid_request; RFC 8707 §2 calls it invalid_target, as ours do.
            .RemoveEventHandler(OpenIddictServerHandlers.Authentication.ValidateResourceParameter.Descriptor)
            .RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateResourceParameter.Descriptor)
            .AddEventHandler(CheckAccess.Descriptor)
            .AddEventHandler(CheckTokenResource.Descriptor);
    }
}

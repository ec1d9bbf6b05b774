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
            .AddEventHandler(CheckAccess.Descriptor)
            .AddEventHandler(CheckTokenResource.Descriptor);
    }
}

namespace AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;

internal static class Rfc9396
{
    public static OpenIddictServerBuilder AddRfc9396(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<PickableObjects>();
        return server
            .AddEventHandler(ShowDetails.InAnswers.Descriptor)
            .AddEventHandler(ShowDetails.InIntrospection.Descriptor)
            .AddEventHandler(ShowDetails.InMetadata.Descriptor);
    }
}

using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

namespace AgentAuth.Server.Specs.ClientIdMetadataDocuments;

internal static class ClientIdMetadata
{
    /// <summary>draft-ietf-oauth-client-id-metadata-document.</summary>
    public static OpenIddictServerBuilder AddClientIdMetadata(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<Outside>();
        server.Services.AddSingleton<GuardedWeb>();
        server.Services.AddSingleton<FetchLimits>();
        server.Services.AddSingleton<DocumentShelf>();
        server.Services.AddSingleton<Documents>();
        return server.AddEventHandler(IntroduceByDocument.Descriptor);
    }
}

using AgentAuth.Server.Specs.Doctor;
using AgentAuth.Server.Specs.DomainProofs;
using AgentAuth.Server.Specs.Logos;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using AgentAuth.Server.Specs.Uts39Confusables;

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
        server.Services.AddSingleton<LogoShelf>();
        server.Services.AddSingleton<DomainLook>();
        server.Services.AddSingleton<ExaminationLimits>();
        server.Services.AddScoped<DomainTrust>();
        server.Services.AddScoped<TrustedNames>();
        return server.AddEventHandler(IntroduceByDocument.Descriptor);
    }
}

using AgentAuth.Server.Model;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

internal static class Rfc6749
{
    public static OpenIddictCoreBuilder AddRfc6749(this OpenIddictCoreBuilder core) =>
        core.ReplaceApplicationManager<Client, ClientManager>();

    public static OpenIddictServerBuilder AddRfc6749(this OpenIddictServerBuilder server) => server
        .AllowAuthorizationCodeFlow()
        .AllowClientCredentialsFlow()
        .AllowRefreshTokenFlow()
        .Configure(o =>
        {
            // A response in the fragment or a form leaks or breaks; clients of today read the query.
            o.ResponseModes.Clear();
            o.ResponseModes.Add(OpenIddictConstants.ResponseModes.Query);
        })
        .AddEventHandler(ProvedRedirect.Prove.Descriptor)
        .AddEventHandler(ProvedRedirect.Answer.Descriptor)
        .AddEventHandler(RefuseRepeatedParameters.Descriptor)
        .AddEventHandler(RefuseUnknownDemands.Descriptor)
        .AddEventHandler(RefuseTokenDemands.Descriptor)
        .AddEventHandler(ProveSelf.Descriptor)
        .AddEventHandler(RefuseSecretForKey.Descriptor)
        .AddEventHandler(RefuseExpiredSecret.Descriptor)
        .AddEventHandler(OwnWords.InErrors.Descriptor)
        .AddEventHandler(OwnWords.InChallenges.Descriptor);
}

namespace AgentAuth.Server.Specs.Rfc7636Pkce;

internal static class Rfc7636
{
    public static OpenIddictServerBuilder AddRfc7636(this OpenIddictServerBuilder server) => server
        .RequireProofKeyForCodeExchange()
        .Configure(o => o.CodeChallengeMethods.Remove("plain"))
        .AddEventHandler(CheckChallenge.Descriptor)
        .AddEventHandler(CheckVerifier.Descriptor);
}

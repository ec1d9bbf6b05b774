namespace AgentAuth.Server.Specs.Rfc7523ClientAssertions;

internal static class Rfc7523
{
    public static OpenIddictServerBuilder AddRfc7523(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<RemoteKeys>();
        return server.AddEventHandler(ProveByAssertion.Descriptor);
    }
}

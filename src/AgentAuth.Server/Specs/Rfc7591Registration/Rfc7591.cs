namespace AgentAuth.Server.Specs.Rfc7591Registration;

internal static class Rfc7591
{
    public static OpenIddictServerBuilder AddRfc7591(this OpenIddictServerBuilder server) =>
        server.AddEventHandler(RefuseRemoved.Descriptor);
}

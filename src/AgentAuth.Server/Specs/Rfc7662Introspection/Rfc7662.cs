namespace AgentAuth.Server.Specs.Rfc7662Introspection;

internal static class Rfc7662
{
    public static OpenIddictServerBuilder AddRfc7662(this OpenIddictServerBuilder server) => server
        .AddEventHandler(AskAsAudience.Enter.Descriptor)
        .AddEventHandler(AskAsAudience.Leave.Descriptor)
        .AddEventHandler(OnlyInactive.Descriptor);
}

using AgentAuth.Server.Specs.Rfc7592RegistrationManagement;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

internal static class Rfc7591
{
    /// <summary>With RFC 7592, which has no meaning without it.</summary>
    public static OpenIddictServerBuilder AddRfc7591(this OpenIddictServerBuilder server)
    {
        server.Services.AddScoped<Registrar>();
        server.Services.AddScoped<RegistrationEndpoint>();
        server.Services.AddScoped<Management>();
        return server.AddEventHandler(RefuseRemoved.Descriptor);
    }
}

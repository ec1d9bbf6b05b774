using AgentAuth.Server.Specs;

namespace AgentAuth.Server.Features.Authorize;

internal static class AuthorizeMap
{
    public static void AddAuthorize(this IServiceCollection services)
    {
        services.AddScoped<Interactions>();
        services.AddScoped<Allowing>();
        services.AddSingleton<Reauthentication>();
        services.AddScoped<AuthorizeEndpoint>();
    }

    public static void MapAuthorize(this WebApplication app) => app.MapMethods(Endpoints.Authorize, ["GET", "POST"],
        (HttpContext http, AuthorizeEndpoint endpoint) => endpoint.HandleAsync(http)).DisableAntiforgery();
}

using AgentAuth.Server.Features.Authorize;

namespace AgentAuth.Server.Features;

internal static class FeatureMap
{
    public static void AddFeatures(this IServiceCollection services) => services.AddAuthorize();

    public static void MapFeatures(this WebApplication app)
    {
        app.MapAuthorize();
        app.MapRazorPages();
    }
}

namespace AgentAuth.Server.Features;

internal static class FeatureMap
{
    public static void MapFeatures(this WebApplication app) => app.MapRazorPages();
}

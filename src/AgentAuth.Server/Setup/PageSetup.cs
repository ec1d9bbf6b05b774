namespace AgentAuth.Server.Setup;

internal static class PageSetup
{
    public static void AddPages(this WebApplicationBuilder builder) =>
        builder.Services.AddRazorPages(o => o.RootDirectory = "/Features");

    public static void UsePages(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
    }
}

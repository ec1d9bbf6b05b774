namespace AgentAuth.Server.Setup;

internal static class OverloadSetup
{
    public static void AddLoadLimits(this WebApplicationBuilder builder) => builder.Services
        .AddOptionsWithValidateOnStart<LoadLimits>().BindConfiguration("AgentAuth:Load").ValidateDataAnnotations();

    /// <summary>Before everything that works, so that sending away costs nothing else.</summary>
    public static void UseLoadLimits(this WebApplication app) => app.UseMiddleware<Overload>();
}

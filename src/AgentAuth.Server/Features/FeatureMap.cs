using AgentAuth.Server.Features.Accounts;
using AgentAuth.Server.Features.AnswerMail;
using AgentAuth.Server.Features.Authorize;
using AgentAuth.Server.Features.Developers.TryIt;
using AgentAuth.Server.Features.Shared;

namespace AgentAuth.Server.Features;

internal static class FeatureMap
{
    public static void AddFeatures(this IServiceCollection services)
    {
        services.AddSingleton<Assets>();
        services.AddAuthorize();
        services.AddScoped<ConnectedAgents>();
        services.AddScoped<NewPassword>();
        services.AddScoped<AgentFeed>();
        services.AddScoped<AskedActions>();
        services.AddScoped<WaitingApprovals>();
        services.AddTryIt();
        services.AddScoped<Askers>();
        services.AddScoped<Reports>();
        services.AddScoped<AfterYes>();
        services.AddScoped<Decisions>();
        services.AddScoped<Disowning>();
        services.AddScoped<Renewing>();
    }

    public static void MapFeatures(this WebApplication app)
    {
        app.Services.GetRequiredService<Assets>().Map(app);
        app.MapAuthorize();
        app.MapPictures();
        app.MapReceipts();
        app.MapRazorPages();
    }
}

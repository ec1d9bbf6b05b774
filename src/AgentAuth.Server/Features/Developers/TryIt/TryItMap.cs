using AgentAuth.Server.Features.Shared;

namespace AgentAuth.Server.Features.Developers.TryIt;

internal static class TryItMap
{
    public static void AddTryIt(this IServiceCollection services)
    {
        services.AddSingleton<OwnPipeline>();
        services.AddScoped<PlaygroundClient>();
        services.AddScoped<Runs>();
        services.AddScoped<OnlyItsOwner>();
        services.AddScoped<IOwnClient>(s => s.GetRequiredService<OnlyItsOwner>());
        services.AddScoped<Conversation>();
        services.AddScoped<TokenReader>();
    }
}

using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;

namespace AgentAuth.Server.Setup;

internal static class ProtocolSetup
{
    public static void AddProtocol(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<TokenOptions>().BindConfiguration("AgentAuth:Tokens").ValidateDataAnnotations();
        builder.Services.AddSingleton<RevocationFeed>();
        builder.Services.AddHostedService(p => p.GetRequiredService<RevocationFeed>());
        builder.Services.AddScoped<Revoker>();
        builder.Services.AddOpenIddict().AddCore(o => o
            .UseEntityFrameworkCore()
            .UseDbContext<AgentAuthDb>()
            .ReplaceDefaultEntities<Client, Grant, Scope, Token, Guid>());
    }
}

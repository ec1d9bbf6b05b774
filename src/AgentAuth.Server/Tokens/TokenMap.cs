using AgentAuth.Server.Specs;

namespace AgentAuth.Server.Tokens;

/// <summary>What resource servers call that OpenIddict does not answer itself.</summary>
internal static class TokenMap
{
    public static void MapTokens(this WebApplication app) => app.MapGet(Endpoints.RevocationEvents,
        (HttpContext http, RevocationEvents events, string? resource) => events.HandleAsync(http, resource));
}

namespace AgentAuth.Server.Tokens;

/// <summary>What clients and resource servers call that OpenIddict does not answer itself.</summary>
internal static class TokenMap
{
    public static void MapTokens(this WebApplication app) => app.MapGet("/connect/revocations", () => Results.NotFound());
}

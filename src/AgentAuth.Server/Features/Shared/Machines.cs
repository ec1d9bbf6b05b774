namespace AgentAuth.Server.Features.Shared;

/// <summary>Which addresses programs ask: they are answered in JSON, never with a page or a redirect to one. Routes know no case.</summary>
internal static class Machines
{
    private static readonly PathString[] Pages = ["/connect/authorize", "/connect/logout", "/connect/verify"];
    private static readonly PathString[] Roots = ["/connect", "/.well-known", "/health"];

    public static bool Ask(PathString path) =>
        Roots.Any(r => path.StartsWithSegments(r, StringComparison.OrdinalIgnoreCase))
        && !Pages.Any(p => path.StartsWithSegments(p, StringComparison.OrdinalIgnoreCase));
}

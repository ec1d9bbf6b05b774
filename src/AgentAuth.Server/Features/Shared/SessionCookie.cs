namespace AgentAuth.Server.Features.Shared;

/// <summary>The cookie whose key names a signed-in browser's session.</summary>
internal static class SessionCookie
{
    public static readonly HostCookie Shape = new("session", SameSiteMode.Lax);

    public static readonly string Name = Shape.Name!;
}

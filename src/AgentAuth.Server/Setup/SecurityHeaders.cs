using AgentAuth.Server.Features.Shared;

namespace AgentAuth.Server.Setup;

/// <summary>What every answer tells the browser not to do with it.</summary>
internal static class SecurityHeaders
{
    private const string Unused = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

    /// <summary>For this host alone: others below it are not ours to decide about.</summary>
    private const string ForAYear = "max-age=31536000";

    public static void UseSecurityHeaders(this WebApplication app, bool onlyHttps = false)
    {
        Func<object, Task> write = onlyHttps
            ? static state => WriteAsync((HttpContext)state, onlyHttps: true)
            : static state => WriteAsync((HttpContext)state, onlyHttps: false);
        app.Use((context, next) =>
        {
            context.Response.OnStarting(write, context);
            return next(context);
        });
    }

    private static Task WriteAsync(HttpContext context, bool onlyHttps)
    {
        var headers = context.Response.Headers;
        if (onlyHttps)
        {
            headers.StrictTransportSecurity = ForAYear;
        }
        if (headers.ContentSecurityPolicy.Count == 0) // an MCP server's page for people has a narrower one of its own
        {
            headers.ContentSecurityPolicy = ContentPolicy.Of(context);
        }
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = Unused;
        var isPage = context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) != false;
        var isUnsaid = headers.CacheControl.Count == 0
            && !context.Request.Path.StartsWithSegments("/.well-known", StringComparison.Ordinal);
        if (isPage || isUnsaid)
        {
            headers.CacheControl = "no-store"; // pages, redirects, answers to clients: they are about one of them at one moment
        }
        return Task.CompletedTask;
    }
}

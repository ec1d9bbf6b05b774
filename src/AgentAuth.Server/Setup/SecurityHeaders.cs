using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Specs;

namespace AgentAuth.Server.Setup;

/// <summary>What every answer tells the browser not to do with it.</summary>
internal static class SecurityHeaders
{
    private const string Unused = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

    /// <summary>A year; for this host alone, because others below it are not ours to decide about.</summary>
    private const string OnlyHttps = "max-age=31536000";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        var isHttps = app.Services.GetRequiredService<Issuer>().IsHttps;
        app.Use((context, next) =>
        {
            context.Response.OnStarting(static state => WriteAsync((HttpContext)state), context);
            if (isHttps)
            {
                context.Response.Headers.StrictTransportSecurity = OnlyHttps;
            }
            return next(context);
        });
    }

    private static Task WriteAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy.Of(context);
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

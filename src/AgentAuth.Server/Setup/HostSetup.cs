using AgentAuth.Server.Specs;

namespace AgentAuth.Server.Setup;

/// <summary>The web server itself: where it listens, what it refuses before anything is parsed, how it answers when all fails.</summary>
internal static class HostSetup
{
    public const int MaxBodyBytes = 64 * 1024;
    public const int MaxHeaderBytes = 16 * 1024;
    public const int MaxRequestLineBytes = 8 * 1024;

    public static void AddHost(this WebApplicationBuilder builder, ServerSettings settings)
    {
        builder.Services.AddSingleton(settings.Issuer);
        builder.Services.AddSingleton(TimeProvider.System);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(settings.Issuer.Origin);
        }
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
        });
    }

    /// <summary>
    /// Every request is one to the issuer, whatever its Host header claims: links, cookies and endpoints cannot be bent by it.
    /// </summary>
    public static void UseHost(this WebApplication app)
    {
        var issuer = app.Services.GetRequiredService<Issuer>();
        var host = HostString.FromUriComponent(issuer.Uri);
        app.Use((context, next) =>
        {
            context.Request.Scheme = issuer.Uri.Scheme;
            context.Request.Host = host;
            return next(context);
        });
    }

    public static void MapHealth(this WebApplication app) => app.MapGet("/health/live", () => Results.Text("alive"));
}

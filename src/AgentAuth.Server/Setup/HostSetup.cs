using AgentAuth.Server.Features.Authorize;
using AgentAuth.Server.Features.Developers.TryIt;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Specs.Rfc8414Metadata;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;
using AgentAuth.Server.Tokens.Approvals;
using AgentAuth.Server.Tokens.ShortPath;

namespace AgentAuth.Server.Setup;

/// <summary>The web server itself: where it listens, what it refuses before anything is parsed, who may read it from a browser.</summary>
internal static partial class HostSetup
{
    public const int MaxBodyBytes = 64 * 1024;
    public const int MaxHeaderBytes = 16 * 1024;
    public const int MaxAddressBytes = 8 * 1024;

    /// <summary>The sign-in page's address carries an authorization request, encoded a second time.</summary>
    private const int MaxRequestLineBytes = 2 * MaxAddressBytes;

    private static readonly PathString[] OutsideIssuerPath = ["/.well-known", "/health"];

    private const string OpenToScripts = "open-to-scripts";

    public static void AddHost(this WebApplicationBuilder builder, ServerSettings settings)
    {
        builder.Services.AddSingleton(settings.Issuer);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddDrain();
        // Clients in a browser bring a token, never a cookie: any origin may read what is public or needs one.
        builder.Services.AddCors(o => o.AddPolicy(OpenToScripts, p => p
            .AllowAnyOrigin().WithMethods("GET", "POST").WithHeaders("Authorization", "Content-Type", "MCP-Protocol-Version")));
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
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
    /// An issuer's path is taken off, so that pages and endpoints need not know it.
    /// </summary>
    public static void UseHost(this WebApplication app, ServerSettings settings)
    {
        app.Use(app.Services.GetRequiredService<OwnPipeline>().Keep);
        app.UseProxies();
        app.UseDrain();
        var issuer = settings.Issuer;
        var host = HostString.FromUriComponent(issuer.Uri);
        app.Use((context, next) =>
        {
            context.Request.Scheme = issuer.Uri.Scheme;
            context.Request.Host = host;
            return next(context);
        });
        if (issuer.Path.Length > 0)
        {
            app.UsePathBase(issuer.Path);
        }
        app.UseMiddleware<WatchEndpoints>();
        if (!settings.RateLimits && !issuer.IsLoopback)
        {
            NotThrottled(app.Logger);
        }
    }

    [LoggerMessage(1303, LogLevel.Warning,
        "AgentAuth:RateLimits:Enabled is false: whoever guesses passwords and secrets here is not slowed down. Take the setting away.")]
    private static partial void NotThrottled(ILogger logger);

    /// <summary>What programs send is held against the rules before the protocol sees it.</summary>
    public static void UseClientRules(this WebApplication app, ServerSettings settings)
    {
        var issuer = settings.Issuer;
        app.Use((context, next) => RefuseAddresses(context, next, issuer));
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments("/.well-known", StringComparison.Ordinal)
                || http.Request.Path.StartsWithSegments(Endpoints.Register, StringComparison.Ordinal)
                || (StrictForm.IsClientEndpoint(issuer, http.Request.Path)
                    && !StrictForm.IsResourceEndpoint(issuer, http.Request.Path)),
            branch => branch.UseCors(OpenToScripts));
        app.UseMiddleware<KeepDocuments>();
        app.UseMiddleware<StrictForm>();
        if (settings.RateLimits)
        {
            app.UseMiddleware<SecretThrottle>();
        }
        app.UseMiddleware<CibaFirst>();
        app.UseMiddleware<ShortPathFirst>();
        app.UseMiddleware<RememberedConsent>();
    }

    /// <summary>
    /// Below the issuer's path, as it is spelled, and nowhere else: a path-inserted well-known and health excepted. And within a length.
    /// </summary>
    private static Task RefuseAddresses(HttpContext context, RequestDelegate next, Issuer issuer)
    {
        var request = context.Request;
        var isOutside = !string.Equals(request.PathBase.Value ?? "", issuer.Path, StringComparison.Ordinal)
            && !Array.Exists(OutsideIssuerPath, p => request.Path.StartsWithSegments(p, StringComparison.Ordinal));
        if (isOutside)
        {
            context.Refuse(StatusCodes.Status404NotFound, PageRules.Known);
            return Task.CompletedTask;
        }
        var length = $"{request.PathBase.Value}{request.Path.Value}{request.QueryString.Value}".Length;
        if (length > MaxAddressBytes && request.Path != "/sign-in")
        {
            context.Refuse(StatusCodes.Status414UriTooLong, PageRules.Length);
            return Task.CompletedTask;
        }
        return next(context);
    }
}

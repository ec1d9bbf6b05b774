using System.Text.Encodings.Web;
using System.Text.Unicode;
using AgentAuth.Server.Features.Developers.TryIt;
using AgentAuth.Server.Features.Failures;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Refusals;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor.Compilation;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;

namespace AgentAuth.Server.Setup;

internal static class PageSetup
{
    /// <summary>English, and Traditional Chinese for each place whose readers share its texts.</summary>
    private static readonly string[] Cultures = ["en", "zh-HK", "zh-Hant", "zh-TW", "zh-MO"];

    public static void AddPages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddLocalization();
        services.AddOptionsWithValidateOnStart<TryItOptions>().BindConfiguration("AgentAuth:Playground");
        services.Configure<WebEncoderOptions>(o => o.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.Configure<CookieTempDataProviderOptions>(o => o.Cookie = new HostCookie("note", SameSiteMode.Lax));
        services.AddAntiforgery(o =>
        {
            o.Cookie = new HostCookie("form", SameSiteMode.Lax);
            o.SuppressXFrameOptionsHeader = true; // ours is stricter
        });
        services.AddRazorPages(o => o.RootDirectory = "/Features").AddMvcOptions(o =>
        {
            // What the address names, no field of a form renames.
            var route = o.ValueProviderFactories.OfType<RouteValueProviderFactory>().Single();
            o.ValueProviderFactories.Remove(route);
            o.ValueProviderFactories.Insert(0, route);
            o.Filters.Add<RefuseUnread>();
        }).ConfigureApplicationPartManager(LookForPagesOnly);
        services.Configure<RequestLocalizationOptions>(o =>
        {
            o.SetDefaultCulture(Cultures[0]).AddSupportedCultures(Cultures).AddSupportedUICultures(Cultures);
            o.RequestCultureProviders = [new UiLocales(), new AcceptLanguageHeaderRequestCultureProvider()];
        });
    }

    /// <summary>
    /// There are no controllers, view components or tag helpers to be found at run time, and looking for them loads every type of the
    /// program, with the libraries those are made of, into a memory that would never need them.
    /// </summary>
    private static void LookForPagesOnly(ApplicationPartManager parts)
    {
        foreach (var seeker in parts.FeatureProviders.Where(f => f is not IApplicationFeatureProvider<ViewsFeature>).ToList())
        {
            parts.FeatureProviders.Remove(seeker);
        }
    }

    /// <summary>First after the host: whatever happens further in, the answer has its headers and its words.</summary>
    public static void UseAnswers(this WebApplication app)
    {
        // Not on loopback: HSTS knows no ports, and would break the answers to every program there that listens without TLS.
        app.UseSecurityHeaders(onlyHttps: app.Services.GetRequiredService<Issuer>() is { IsHttps: true, IsLoopback: false });
        app.UseWhen(
            context => !Machines.Ask(context.Request.Path),
            people => people.UseStatusCodePagesWithReExecute("/errors/{0}"));
        app.UseMiddleware<NameRefusals>();
        app.UseMiddleware<AnswerFailures>();
        app.Use(RefuseOddForms.InvokeAsync);
    }

    public static void UsePages(this WebApplication app)
    {
        app.Use(RefuseOddMethods);
        app.Use(RefuseNull.InvokeAsync);
        app.Use(RefuseStrangersForms);
        app.UseRequestLocalization();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary>What a page that is switched off has left behind is good for nothing.</summary>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken stop)
    {
        if (!services.GetRequiredService<IOptions<TryItOptions>>().Value.Enabled)
        {
            await using var scope = services.CreateAsyncScope();
            await PlaygroundClient.WithdrawAsync(scope.ServiceProvider.GetRequiredService<AgentAuthDb>(), stop);
        }
    }

    /// <summary>
    /// A browser says that another site sends the form; ours never does. Clients' own forms (OpenID Connect Core §3.1.2.1 allows POST) are
    /// not meant. What sends no such header is left to the antiforgery token.
    /// </summary>
    private static Task RefuseStrangersForms(HttpContext context, RequestDelegate next)
    {
        var isStrangers = context.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";
        if (!isStrangers || !HttpMethods.IsPost(context.Request.Method)
            || context.Request.Path.StartsWithSegments("/connect", StringComparison.OrdinalIgnoreCase)
            || context.Request.Path.StartsWithSegments("/errors", StringComparison.Ordinal))
        {
            return next(context);
        }
        context.Refuse(StatusCodes.Status400BadRequest, PageRules.Form);
        return Task.CompletedTask;
    }

    /// <summary>TRACE would echo cookies; a page knows GET and POST. Programs' endpoints say themselves what they take.</summary>
    private static Task RefuseOddMethods(HttpContext context, RequestDelegate next)
    {
        var method = context.Request.Method;
        var isKnown = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPost(method);
        var isErrorPage = context.Request.Path.StartsWithSegments("/errors", StringComparison.Ordinal);
        if (!isKnown && isErrorPage)
        {
            context.Request.Method = HttpMethods.Get; // it stands in for the refused request; Razor Pages would say 200 to OPTIONS
        }
        if (isKnown || isErrorPage || (Machines.Ask(context.Request.Path) && !HttpMethods.IsTrace(method)))
        {
            return next(context);
        }
        context.Refuse(StatusCodes.Status405MethodNotAllowed, PageRules.Method);
        context.Response.Headers.Allow = "GET, HEAD, POST";
        return Task.CompletedTask;
    }
}

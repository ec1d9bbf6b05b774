using AgentAuth.ResourceServer.Mcp;
using AgentAuth.ResourceServer.Rfc6750Bearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AgentAuth.ResourceServer.Rfc9728ProtectedResource;

/// <summary>
/// Serves the metadata and answers cross-origin questions before the app's own pipeline, so that adding a resource is enough: nothing
/// to map, nothing to put in the right order. Both forms of the address give the same bytes; the root form speaks for the resource
/// added first.
/// </summary>
internal sealed class MetadataFilter(ProtectedResources resources) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(InvokeAsync);
        next(app);
    };

    private async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.StartsWith(MetadataDocument.RootPath, StringComparison.Ordinal) && Find(path) is { } document)
        {
            await WriteAsync(context, document);
            return;
        }

        if (resources.All.Find(resource => resource.Origins.Serves(context.Request.Path)) is { } called
            && called.Origins.AnswersPreflight(context))
        {
            return;
        }

        await next(context);
        if (IsProbe(context) && resources.All.Find(resource => resource.Metadata.ResourcePath == path) is { } probed)
        {
            context.Response.Headers.Remove(HeaderNames.Allow);
            var page = ConnectPage.For(context, probed);
            await Challenge.WriteAsync(context, Refusal.NoToken, probed.Metadata.Url, probed.UsualScopes, page);
        }
    }

    // Some clients look for the challenge with GET or HEAD before they speak, where a stateless MCP server knows only POST.
    private static bool IsProbe(HttpContext context) =>
        context.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false }
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.Request.Headers.Authorization.Count == 0;

    private MetadataDocument? Find(string path) =>
        resources.All.Find(resource => resource.Metadata.Path == path)?.Metadata
        ?? (path == MetadataDocument.RootPath && resources.All.Count > 0 ? resources.All[0].Metadata : null);

    private static async Task WriteAsync(HttpContext context, MetadataDocument document)
    {
        var request = context.Request;
        var response = context.Response;

        // Public by nature and read by web clients of any origin (RFC 9728 §3); there is no cookie it could depend on.
        response.Headers.AccessControlAllowOrigin = "*";
        if (HttpMethods.IsOptions(request.Method))
        {
            response.Headers.AccessControlAllowMethods = "GET";
            response.Headers.AccessControlAllowHeaders = "*";
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD, OPTIONS";
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = document.Json.Length;
        response.Headers.CacheControl = "public, max-age=60";
        if (HttpMethods.IsGet(request.Method))
        {
            await response.Body.WriteAsync(document.Json, context.RequestAborted);
        }
    }
}

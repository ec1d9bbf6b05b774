using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AgentAuth.ResourceServer;

/// <summary>
/// Which web pages may call the resource. The MCP transport asks for the refusal: it stops a page that rebinds its name to a server on
/// this machine. Pages of configured origins also get CORS headers; without configuration there are none.
/// </summary>
internal sealed class OriginRule(AgentAuthOptions options)
{
    private readonly Uri _resource = new(options.Resource);
    private readonly PathString _path = new(WebAddress.PathOf(new Uri(options.Resource)));

    public bool Serves(PathString path) => path.StartsWithSegments(_path, StringComparison.Ordinal);

    /// <summary>No Origin at all is a program, not a page. "null" is a page that hides.</summary>
    public bool Allows(HttpRequest request)
    {
        var origins = request.Headers.Origin;
        if (origins.Count == 0)
        {
            return true;
        }

        var origin = origins.ToString();
        return IsConfigured(origin)
            || origin == WebAddress.OriginOf(_resource)
            || (_resource.IsLoopback && WebAddress.IsOrigin(origin) && new Uri(origin).IsLoopback);
    }

    /// <summary>Puts CORS headers on the response; true when that was all the browser wanted.</summary>
    public bool AnswersPreflight(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (options.AllowedOrigins.Count == 0 || origin.Length == 0)
        {
            return false;
        }

        var headers = context.Response.Headers;
        headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (!IsConfigured(origin))
        {
            return false;
        }

        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = "WWW-Authenticate, Retry-After, Mcp-Session-Id, MCP-Protocol-Version";
        if (!HttpMethods.IsOptions(context.Request.Method) || context.Request.Headers.AccessControlRequestMethod.Count == 0)
        {
            return false;
        }

        headers.AccessControlAllowMethods = "GET, POST, PUT, PATCH, DELETE";
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders;
        headers.AccessControlMaxAge = "600";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    private bool IsConfigured(string origin) => options.AllowedOrigins.Any(allowed => allowed == "*" || allowed == origin);
}

using AgentAuth.Server.Specs.Refusals;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>
/// What clients post, read once and strictly before OpenIddict sees it: a form in the body and nowhere else, within limits, each
/// parameter once (RFC 6749 §2.3.1, §3.2). What breaks a rule gets 400, 405 or 413 and a JSON error, never an exception.
/// </summary>
internal sealed class StrictForm(RequestDelegate next, Issuer issuer)
{
    public const int MaxParameters = 100;

    private const string Form = "application/x-www-form-urlencoded";

    private static readonly string[] ForResources = [Endpoints.Introspect, Endpoints.Budgets, Endpoints.Backchannel];

    private static readonly string[] Paths = [Endpoints.Token, Endpoints.Revoke, Endpoints.UserInfo, .. ForResources];

    private static readonly FormOptions Limits = new()
    {
        ValueCountLimit = MaxParameters,
        KeyLengthLimit = 256,
        ValueLengthLimit = 32 * 1024,
        BufferBody = false,
    };

    /// <summary>A slash at the end does not matter to OpenIddict, so it must not be a way around the rules kept here.</summary>
    public static bool IsClientEndpoint(Issuer issuer, PathString path) => Array.Exists(Paths, p => Is(issuer, path, p));

    /// <summary>Those that only resource servers ask: none of them is a browser.</summary>
    public static bool IsResourceEndpoint(Issuer issuer, PathString path) => Array.Exists(ForResources, p => Is(issuer, path, p));

    public static bool Is(Issuer issuer, PathString path, string endpoint)
    {
        var asked = path.Value is [.. { Length: > 0 } rest, '/'] ? new PathString(rest) : path;
        return asked == issuer.Path + endpoint || asked == endpoint;
    }

    /// <summary>Whether a name or a value has a U+0000 in it: nothing we know of has, and PostgreSQL cannot look for it.</summary>
    public static bool HasNull(IEnumerable<KeyValuePair<string, StringValues>> parameters) => parameters.Any(
        p => p.Key.Contains('\0', StringComparison.Ordinal) || p.Value.Any(v => v?.Contains('\0', StringComparison.Ordinal) == true));

    public async Task InvokeAsync(HttpContext http)
    {
        if (!IsClientEndpoint(issuer, http.Request.Path) || HttpMethods.IsOptions(http.Request.Method))
        {
            await next(http);
            return;
        }
        var isUserInfo = Is(issuer, http.Request.Path, Endpoints.UserInfo);
        if (!HttpMethods.IsPost(http.Request.Method) && !(isUserInfo && HttpMethods.IsGet(http.Request.Method)))
        {
            await RefuseMethodAsync(http, isUserInfo ? "GET, POST" : "POST");
            return;
        }
        var problem = await ProblemAsync(http, isUserInfo);
        if (problem is { } p)
        {
            await RefuseAsync(http, p.Status, OpenIddictConstants.Errors.InvalidRequest, p.Words);
            return;
        }
        await next(http);
    }

    public static Task RefuseAsync(HttpContext http, int status, string error, string words, Rule? rule = null)
    {
        var book = http.RequestServices.GetRequiredService<RefusalBook>();
        var id = book.Note(http, request: null, rule ?? RequestRules.Form, error, words);
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["error"] = error,
                ["error_description"] = words,
                [Explain.Parameter] = id,
            },
            http.RequestAborted);
    }

    /// <summary>Before anything else that is wrong: who asks in an address will hardly have a form.</summary>
    private static Task RefuseMethodAsync(HttpContext http, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        return RefuseAsync(
            http, StatusCodes.Status405MethodNotAllowed, OpenIddictConstants.Errors.InvalidRequest, $"Here the method is {allowed}.",
            PageRules.Method);
    }

    private static async Task<(int Status, string Words)?> ProblemAsync(HttpContext http, bool isUserInfo)
    {
        var request = http.Request;
        if (request.Headers.Authorization.Count > 1)
        {
            return (StatusCodes.Status400BadRequest, "Send one Authorization header.");
        }
        if (BasicCredentials.ClientId(request.Headers.Authorization)?.Contains('\0', StringComparison.Ordinal) == true)
        {
            return (StatusCodes.Status400BadRequest, "The Authorization header has a U+0000 in it.");
        }
        if (request.QueryString.HasValue)
        {
            return (StatusCodes.Status400BadRequest, "Send parameters in the body: an address is written to logs.");
        }
        if (!HttpMethods.IsPost(request.Method))
        {
            return null;
        }
        if (!request.HasFormContentType && isUserInfo && HasNoBody(request))
        {
            request.ContentType = Form; // a bearer token and nothing else (OpenID Connect Core §5.3.1); OpenIddict wants a form
        }
        return request.HasFormContentType
            ? await FormProblemAsync(http)
            : (StatusCodes.Status400BadRequest, "Send Content-Type: application/x-www-form-urlencoded.");
    }

    private static bool HasNoBody(HttpRequest request) =>
        request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0);

    private static bool NamesTwoClients(HttpRequest request, IFormCollection form) =>
        (string?)form[OpenIddictConstants.Parameters.ClientId] is { Length: > 0 } posted
        && BasicCredentials.ClientId(request.Headers.Authorization) is { } named && named != posted;

    private static async Task<(int Status, string Words)?> FormProblemAsync(HttpContext http)
    {
        try
        {
            http.Features.Set<IFormFeature>(new FormFeature(http.Request, Limits));
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            foreach (var (name, values) in form)
            {
                if (values.Count > 1 && name is not (OpenIddictConstants.Parameters.Resource or OpenIddictConstants.Parameters.Audience))
                {
                    return (StatusCodes.Status400BadRequest, "A parameter came more than once.");
                }
            }
            if (HasNull(form))
            {
                return (StatusCodes.Status400BadRequest, "A parameter has a U+0000 in it.");
            }
            return NamesTwoClients(http.Request, form)
                ? (StatusCodes.Status400BadRequest, "The Authorization header and client_id name two clients.")
                : null;
        }
        catch (BadHttpRequestException bad)
        {
            return (bad.StatusCode, "The request is too large or broken.");
        }
        catch (InvalidDataException)
        {
            return (StatusCodes.Status400BadRequest, "The form has too many parameters, or one that is too long.");
        }
    }
}

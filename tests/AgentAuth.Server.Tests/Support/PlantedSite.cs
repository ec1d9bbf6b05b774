using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentAuth.Server.Tests.Support;

/// <summary>
/// An MCP server, its authorization server and a client's document on one loopback address: all as they should be, until a test changes
/// what they say.
/// </summary>
internal sealed class PlantedSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PlantedSite(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public string Mcp => Address + "/mcp";

    public string ClientDocument => Address + "/client.json";

    /// <summary>What is said where; anything else is not there.</summary>
    public Dictionary<string, JsonObject> Documents { get; } = new(StringComparer.Ordinal);

    public JsonObject Resource => Documents["/.well-known/oauth-protected-resource/mcp"];

    public JsonObject Metadata => Documents["/.well-known/oauth-authorization-server"];

    public JsonObject Keys => Documents["/keys"];

    public JsonObject Client => Documents["/client.json"];

    /// <summary>Null: the MCP server answers whoever asks.</summary>
    public string? Challenge { get; set; }

    public HashSet<string> WithoutCors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> ContentTypes { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Moved { get; } = new(StringComparer.Ordinal);

    public bool TokenErrorsAreHtml { get; set; }

    public bool RedirectsStrangers { get; set; }

    public static async Task<PlantedSite> StartAsync(string issuerPath = "")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var site = new PlantedSite(app);
        app.Run(site.AnswerAsync);
        await app.StartAsync();
        site.SayWhatIsRight(issuerPath);
        return site;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void SayWhatIsRight(string issuerPath)
    {
        var issuer = Address + issuerPath;
        Challenge = $"Bearer resource_metadata=\"{Address}/.well-known/oauth-protected-resource/mcp\", scope=\"read\"";
        Documents["/.well-known/oauth-protected-resource/mcp"] = new()
        {
            ["resource"] = Mcp,
            ["authorization_servers"] = new JsonArray(issuer),
            ["scopes_supported"] = new JsonArray("read"),
        };
        var metadata = new JsonObject
        {
            ["issuer"] = issuer,
            ["authorization_endpoint"] = Address + "/authorize",
            ["token_endpoint"] = Address + "/token",
            ["jwks_uri"] = Address + "/keys",
            ["registration_endpoint"] = Address + "/register",
            ["client_id_metadata_document_supported"] = true,
            ["response_types_supported"] = new JsonArray("code"),
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic", "none"),
            ["scopes_supported"] = new JsonArray("openid", "offline_access"),
            ["authorization_response_iss_parameter_supported"] = true,
        };
        string[] places = issuerPath.Length == 0
            ? ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]
            : [$"/.well-known/oauth-authorization-server{issuerPath}", $"/.well-known/openid-configuration{issuerPath}",
                $"{issuerPath}/.well-known/openid-configuration"];
        foreach (var place in places)
        {
            Documents[place] = metadata;
        }
        Documents["/keys"] = new() { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "EC", ["kid"] = "one", ["use"] = "sig" }) };
        Documents["/client.json"] = new()
        {
            ["client_id"] = ClientDocument,
            ["client_name"] = "A client",
            ["redirect_uris"] = new JsonArray("https://client.test/callback", "http://127.0.0.1/callback"),
            ["token_endpoint_auth_method"] = "none",
        };
    }

    private Task AnswerAsync(HttpContext http)
    {
        var (path, response) = (http.Request.Path.Value!, http.Response);
        if (Moved.TryGetValue(path, out var elsewhere))
        {
            response.Redirect(elsewhere);
            return Task.CompletedTask;
        }
        if (Documents.TryGetValue(path, out var document))
        {
            if (!WithoutCors.Contains(path))
            {
                response.Headers.AccessControlAllowOrigin = "*";
            }
            return SendAsync(response, 200, ContentTypes.GetValueOrDefault(path, "application/json"), document.ToJsonString());
        }
        switch (path)
        {
            case "/mcp" when Challenge is not null:
                response.Headers.WWWAuthenticate = Challenge;
                return SendAsync(response, 401, "application/json", "{}");
            case "/mcp":
                return SendAsync(response, 200, "application/json", "{}");
            case "/token" when TokenErrorsAreHtml:
                return SendAsync(response, 403, "text/html", "<h1>Blocked</h1>");
            case "/token":
                return SendAsync(response, 400, "application/json", """{"error":"invalid_grant"}""");
            case "/authorize" when RedirectsStrangers:
                response.Redirect(http.Request.Query["redirect_uri"]! + "?error=unauthorized_client");
                return Task.CompletedTask;
            default:
                return SendAsync(response, path == "/authorize" ? 400 : 404, "text/plain", "no");
        }
    }

    private static Task SendAsync(HttpResponse response, int status, string contentType, string body)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        return response.WriteAsync(body);
    }
}

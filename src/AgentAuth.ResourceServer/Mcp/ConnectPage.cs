using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AgentAuth.ResourceServer.Mcp;

/// <summary>
/// For a person who opens an MCP server's address in a browser: what it is, and where to put it. It is the body of the same 401 that a
/// client gets, challenge and all, and says nothing that the metadata does not.
/// </summary>
internal static class ConnectPage
{
    private const string Style =
        ":root{font:1rem/1.6 system-ui,sans-serif}"
        + "main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem;overflow-wrap:anywhere}"
        + "code{display:block;padding:.75rem;border:1px solid;border-radius:.5rem;user-select:all}";

    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Null for a client, and for a resource that is no MCP server.</summary>
    public static byte[]? For(HttpContext context, ProtectedResource resource)
    {
        if (!resource.IsMcp || !IsBrowser(context.Request))
        {
            return null;
        }
        var headers = context.Response.Headers;
        headers.Vary = HeaderNames.Accept;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return Encoding.UTF8.GetBytes(Html(resource.Options));
    }

    /// <summary>Only a browser names HTML; clients of MCP ask for JSON and event streams, or for anything.</summary>
    private static bool IsBrowser(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return false;
        }
        var accepted = request.GetTypedHeaders().Accept;
        return accepted.Any(type => Is(type, "text/html")) && !accepted.Any(type => Is(type, "text/event-stream"));
    }

    private static bool Is(MediaTypeHeaderValue accepted, string type) =>
        accepted.Quality is not 0 && accepted.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase);

    private static string Html(AgentAuthOptions options)
    {
        var encoder = HtmlEncoder.Default;
        var name = encoder.Encode(string.IsNullOrWhiteSpace(options.ResourceName) ? "MCP server" : options.ResourceName);
        var (address, issuer) = (encoder.Encode(options.Resource), encoder.Encode(options.Issuer));
        var documentation = options.ResourceDocumentation is { } page && page.StartsWith("http", StringComparison.OrdinalIgnoreCase)
            ? $"<p><a href=\"{encoder.Encode(page)}\">Documentation</a></p>"
            : "";
        return $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark">
            <title>{name}</title><style>{Style}</style></head>
            <body><main>
            <h1>{name}</h1>
            <p>This is the address of an MCP server. It is meant for AI apps, not for browsers. To use it, copy it:</p>
            <p><code>{address}</code></p>
            <p>In Claude, ChatGPT, VS Code, Cursor or another app, add it where the app asks for the URL of an MCP server or connector.
            The app then sends you to <a href="{issuer}">{issuer}</a>, where you sign in and choose what it may do.</p>
            <p>Developers: guides, a doctor and a playground are there too.</p>
            {documentation}
            <p lang="zh-Hant">這是 MCP 伺服器的位址，供 AI 應用程式使用，並非網頁。請複製以上位址，貼到 Claude、ChatGPT、VS Code、Cursor 等應用程式中
            要求輸入 MCP 伺服器或連接器網址之處；它會引領你到 {issuer} 登入，並由你決定它可以做甚麼。</p>
            </main></body></html>
            """;
    }
}

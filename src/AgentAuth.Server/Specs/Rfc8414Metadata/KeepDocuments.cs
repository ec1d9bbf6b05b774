using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace AgentAuth.Server.Specs.Rfc8414Metadata;

/// <summary>
/// Metadata and keys are the same bytes for everybody until the keys change, and they are what clients ask for most: OpenIddict writes them
/// once, and they are sent again from memory. Also answers HEAD, and says how long a copy is good.
/// </summary>
internal sealed class KeepDocuments(RequestDelegate next, IOptionsMonitor<OpenIddictServerOptions> options)
{
    /// <summary>How long resource servers and clients may keep them.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    /// <summary>More spellings of the few addresses are not remembered.</summary>
    private const int MaxDocuments = 20;

    private static readonly string CacheControl = $"public, max-age={MaxAge.TotalSeconds.ToString(CultureInfo.InvariantCulture)}";

    private Shelf? _shelf;

    public async Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        var isHead = HttpMethods.IsHead(request.Method);
        if ((!isHead && !HttpMethods.IsGet(request.Method)) || request.QueryString.HasValue
            || request.Path.Value?.Contains("/.well-known/", StringComparison.Ordinal) != true)
        {
            await next(http);
            return;
        }
        var shelf = Current();
        var address = request.PathBase.Value + request.Path.Value;
        if (!shelf.Documents.TryGetValue(address, out var document))
        {
            document = await WrittenAsync(http);
            if (document is not null && shelf.Documents.Count < MaxDocuments)
            {
                shelf.Documents[address] = document;
            }
        }
        if (document is not null)
        {
            await SendAsync(http, document, isHead);
        }
    }

    /// <summary>Other keys come as other options.</summary>
    private Shelf Current()
    {
        var now = options.CurrentValue;
        var shelf = Volatile.Read(ref _shelf);
        if (shelf?.Of != now)
        {
            shelf = new(now);
            Volatile.Write(ref _shelf, shelf);
        }
        return shelf;
    }

    /// <summary>What OpenIddict answers; null, and sent already, when that is no document.</summary>
    private async Task<Document?> WrittenAsync(HttpContext http)
    {
        var (wire, method) = (http.Response.Body, http.Request.Method);
        using var body = new MemoryStream();
        http.Response.Body = body;
        http.Request.Method = HttpMethods.Get; // HEAD is what GET would say
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = wire;
            http.Request.Method = method;
        }
        if (http.Response.StatusCode == StatusCodes.Status200OK && http.Response.ContentType is { } type)
        {
            return new(type, body.ToArray());
        }
        if (body.Length > 0 && !HttpMethods.IsHead(method))
        {
            await wire.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), http.RequestAborted);
        }
        return null;
    }

    private static async Task SendAsync(HttpContext http, Document document, bool isHead)
    {
        http.Response.ContentType = document.Type;
        http.Response.ContentLength = document.Body.Length;
        http.Response.Headers.CacheControl = CacheControl;
        if (!isHead)
        {
            await http.Response.BodyWriter.WriteAsync(document.Body, http.RequestAborted);
        }
    }

    private sealed record Document(string Type, byte[] Body);

    private sealed record Shelf(OpenIddictServerOptions Of)
    {
        public ConcurrentDictionary<string, Document> Documents { get; } = new(StringComparer.Ordinal);
    }
}

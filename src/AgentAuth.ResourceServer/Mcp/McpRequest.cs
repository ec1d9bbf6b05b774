using System.Buffers;
using System.Text.Json;
using AgentAuth.ResourceServer.Rfc6750Bearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AgentAuth.ResourceServer.Mcp;

/// <summary>
/// Which tools a request calls, read from its body. The body decides and nothing else: the <c>Mcp-Name</c> header is a hint for
/// proxies, and whoever believed it could be lied to. What was read here is exactly what the MCP server reads afterwards.
/// </summary>
internal static class McpRequest
{
    // A name twice in one object is read one way here and perhaps another way there.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static async ValueTask<OrRefusal<IReadOnlyList<string>>> ReadCalledToolsAsync(HttpContext context, int mostBytes)
    {
        var request = context.Request;
        if (!IsUtf8(request.ContentType))
        {
            return Refusal.ForeignCharset;
        }

        if (request.ContentLength > mostBytes || await ReadAsync(request, mostBytes, context.RequestAborted) is not { } body)
        {
            return Refusal.TooLarge;
        }

        request.Body = body;
        context.Response.RegisterForDispose(body);
        try
        {
            using var message = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length), Strict);
            var names = new List<string>();
            Collect(message.RootElement, names);
            return OrRefusal<IReadOnlyList<string>>.Of(names);
        }
        catch (JsonException)
        {
            return Refusal.NotJsonRpc;
        }
    }

    private static bool IsUtf8(string? contentType) =>
        !MediaTypeHeaderValue.TryParse(contentType, out var type)
        || !type.Charset.HasValue
        || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase);

    /// <summary>The whole body, or null as soon as it is larger than allowed.</summary>
    private static async ValueTask<MemoryStream?> ReadAsync(HttpRequest request, int mostBytes, CancellationToken cancellationToken)
    {
        var body = new MemoryStream((int)(request.ContentLength ?? 1024));
        var chunk = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await request.Body.ReadAsync(chunk, cancellationToken) is > 0 and var count)
            {
                if (body.Length + count > mostBytes)
                {
                    await body.DisposeAsync();
                    return null;
                }

                await body.WriteAsync(chunk.AsMemory(0, count), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        body.Position = 0;
        return body;
    }

    // Generous in what counts as a call, since each extra name only asks for more: a batch is all its members, and letter case, which the
    // MCP server may overlook, is overlooked here too.
    private static void Collect(JsonElement message, List<string> names)
    {
        if (message.ValueKind == JsonValueKind.Array)
        {
            foreach (var member in message.EnumerateArray())
            {
                Collect(member, names);
            }

            return;
        }

        if (Properties(message, "method").Any(method => method.ValueKind == JsonValueKind.String && method.ValueEquals("tools/call")))
        {
            names.AddRange(Properties(message, "params")
                .SelectMany(parameters => Properties(parameters, "name"))
                .Where(name => name.ValueKind == JsonValueKind.String)
                .Select(name => name.GetString() ?? ""));
        }
    }

    private static IEnumerable<JsonElement> Properties(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject()
                .Where(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                .Select(property => property.Value)
            : [];
}

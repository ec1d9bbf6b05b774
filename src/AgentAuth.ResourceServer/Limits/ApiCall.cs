using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace AgentAuth.ResourceServer.Limits;

/// <summary>A call of a plain API as a person can be asked about it: its address, and its body when that is JSON.</summary>
internal static class ApiCall
{
    private const int LongestTool = 100;
    private const int LongestBody = 4096;

    /// <summary>Null when it cannot be shown whole: nobody says yes to what they do not see.</summary>
    public static async ValueTask<AskedAction?> DescribeAsync(HttpContext context)
    {
        var request = context.Request;
        var pattern = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? request.Path.Value;
        var tool = $"{request.Method} {pattern}";
        var arguments = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["address"] = JsonSerializer.SerializeToElement($"{request.PathBase}{request.Path}{request.QueryString}"),
        };
        if (tool.Length > LongestTool)
        {
            return null;
        }

        request.EnableBuffering();
        using var body = new MemoryStream();
        var chunk = new byte[LongestBody + 1];
        while (body.Length <= LongestBody && await request.Body.ReadAsync(chunk, context.RequestAborted) is > 0 and var count)
        {
            await body.WriteAsync(chunk.AsMemory(0, count), context.RequestAborted);
        }

        request.Body.Position = 0;
        if (body.Length > LongestBody || (body.Length > 0 && !TryRead(body.ToArray(), arguments)))
        {
            return null;
        }

        return AskedAction.Of(tool, context.GetEndpoint()?.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary, arguments);
    }

    private static bool TryRead(byte[] body, Dictionary<string, JsonElement> arguments)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
            arguments["body"] = json.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

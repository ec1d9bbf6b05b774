using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentAuth.Server.Tokens.ShortPath;

/// <summary>JSON answers with the headers the whole pipeline gives them.</summary>
internal static class Answer
{
    private const string Json = "application/json;charset=UTF-8";
    private const string LongAgo = "Thu, 01 Jan 1970 00:00:00 GMT";

    private static readonly JsonWriterOptions Plainly =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>RFC 6749 §5.1: nobody on the way may keep it.</summary>
    public static void KeepNowhere(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        response.Headers.Expires = LongAgo;
    }

    public static byte[] Object(Action<Utf8JsonWriter> properties)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Plainly))
        {
            json.WriteStartObject();
            properties(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static Task WriteAsync(HttpContext http, byte[] body)
    {
        http.Response.ContentType = Json;
        http.Response.ContentLength = body.Length;
        return http.Response.BodyWriter.WriteAsync(body, CancellationToken.None).AsTask(); // what it tells of has happened, in time or not
    }
}

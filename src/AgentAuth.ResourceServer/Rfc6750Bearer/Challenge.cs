using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AgentAuth.ResourceServer.Rfc6750Bearer;

/// <summary>Writes a refusal: status, WWW-Authenticate (RFC 6750 §3, RFC 9728 §5.1) and a JSON body, or a page for people.</summary>
internal static class Challenge
{
    public static async Task WriteAsync(
        HttpContext context, Refusal refusal, string metadataUrl, IReadOnlyList<string> usualScopes, byte[]? page = null)
    {
        var response = context.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = page is null ? "application/json" : "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        if (refusal.Challenges)
        {
            response.Headers.WWWAuthenticate = HeaderFor(refusal, metadataUrl, refusal.Scopes ?? usualScopes);
        }

        if (refusal.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(page ?? BodyFor(refusal), context.RequestAborted);
        }
    }

    // Of the request only a token's audience may be in here, when it has no quote; scopes and URLs were checked at start.
    private static string HeaderFor(Refusal refusal, string metadataUrl, IReadOnlyList<string> scopes)
    {
        var header = new StringBuilder("Bearer ");
        if (refusal.ChallengeNamesError)
        {
            header.Append(CultureInfo.InvariantCulture, $"error=\"{refusal.Error}\", error_description=\"{refusal.Description}\", ");
        }

        if (refusal.ErrorId is not null)
        {
            header.Append(CultureInfo.InvariantCulture, $"error_id=\"{refusal.ErrorId}\", ");
        }

        if (scopes.Count > 0)
        {
            header.Append(CultureInfo.InvariantCulture, $"scope=\"{string.Join(' ', scopes)}\", ");
        }

        return header.Append(CultureInfo.InvariantCulture, $"resource_metadata=\"{metadataUrl}\"").ToString();
    }

    private static byte[] BodyFor(Refusal refusal) =>
        refusal.JsonRpcCode is { } code
            ? JsonSerializer.SerializeToUtf8Bytes(
                new { jsonrpc = "2.0", id = (string?)null, error = new { code, message = refusal.Description } })
            : refusal.ErrorId is { } id
            ? JsonSerializer.SerializeToUtf8Bytes(
                new { error = refusal.Error, error_description = refusal.Description, error_id = id })
            : JsonSerializer.SerializeToUtf8Bytes(new { error = refusal.Error, error_description = refusal.Description });
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AgentAuth.ResourceServer.Rfc6750Bearer;

/// <summary>Writes a refusal: status, WWW-Authenticate (RFC 6750 §3, RFC 9728 §5.1) and a JSON body.</summary>
internal static class Challenge
{
    public static async Task WriteAsync(HttpContext context, Refusal refusal, string metadataUrl, IReadOnlyList<string> usualScopes)
    {
        var response = context.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = "application/json";
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
            await response.Body.WriteAsync(BodyFor(refusal), context.RequestAborted);
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
            : JsonSerializer.SerializeToUtf8Bytes(new { error = refusal.Error, error_description = refusal.Description });
}

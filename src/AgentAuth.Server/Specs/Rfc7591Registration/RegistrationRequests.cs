using System.Security.Cryptography;
using System.Text;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>What registering and managing have in common: a body within bounds, a bearer token, refusals in JSON.</summary>
internal static class RegistrationRequests
{
    public const int MaxBytes = 16 * 1024;

    private const string Bearer = "Bearer ";

    /// <summary>Null when it is too large, or not called JSON.</summary>
    public static async Task<ReadOnlyMemory<byte>?> BodyAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType() || http.Request.ContentLength > MaxBytes)
        {
            return null;
        }
        var buffer = new byte[MaxBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        return length > MaxBytes ? null : buffer.AsMemory(0, length);
    }

    public static string? Token(HttpContext http) =>
        http.Request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..].Trim() : null;

    public static bool IsSame(string? presented, string? expected) => presented is not null && expected is not null
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(presented)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));

    public static Task RefuseBodyAsync(HttpContext http) => StrictForm.RefuseAsync(
        http, StatusCodes.Status400BadRequest, MetadataProblem.InvalidMetadata,
        $"Send Content-Type: application/json, and at most {MaxBytes} bytes.", RegistrationRules.Body);

    public static Task RefuseAsync(HttpContext http, MetadataProblem problem, ReadOnlyMemory<byte> body)
    {
        if (MetadataMembers.TryParse(body, out var document))
        {
            using (document)
            {
                if (MetadataMembers.HasWholeNames(document.RootElement))
                {
                    SentMetadata.Keep(http, document.RootElement);
                }
            }
        }
        return StrictForm.RefuseAsync(http, StatusCodes.Status400BadRequest, problem.Error, problem.Words, problem.Rule);
    }

    public static Task RefuseTokenAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return StrictForm.RefuseAsync(
            http, StatusCodes.Status401Unauthorized, "invalid_token", "The token is missing, or it is not good for this.",
            RegistrationRules.Token);
    }

    public static Task AnswerAsync(HttpContext http, int status, Dictionary<string, object> reply)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(reply, http.RequestAborted);
    }
}

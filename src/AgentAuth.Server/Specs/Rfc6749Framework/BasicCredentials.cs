using System.Net.Http.Headers;
using System.Text;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>Who an <c>Authorization: Basic</c> header says it is, however it spells that (RFC 6749 §2.3.1: form-encoded).</summary>
internal static class BasicCredentials
{
    public static string? ClientId(string? authorization) => Read(authorization)?.ClientId;

    /// <summary>Null when it is no such header; the secret is null when there is no colon.</summary>
    public static (string ClientId, string? Secret)? Read(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || string.IsNullOrEmpty(header.Parameter))
        {
            return null;
        }
        var decoded = new byte[header.Parameter.Length];
        if (!Convert.TryFromBase64String(header.Parameter, decoded, out var length))
        {
            return null;
        }
        var parts = Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2);
        return (Unescape(parts[0]), parts.Length == 2 ? Unescape(parts[1]) : null);
    }

    private static string Unescape(string value) => Uri.UnescapeDataString(value.Replace('+', ' '));
}

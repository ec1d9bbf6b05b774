using System.Net.Http.Headers;
using System.Text;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>Who an <c>Authorization: Basic</c> header says it is, however it spells that (RFC 6749 §2.3.1: form-encoded).</summary>
internal static class BasicCredentials
{
    public static string? ClientId(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || string.IsNullOrEmpty(header.Parameter))
        {
            return null;
        }
        var decoded = new byte[header.Parameter.Length];
        return Convert.TryFromBase64String(header.Parameter, decoded, out var length)
            ? Uri.UnescapeDataString(Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2)[0].Replace('+', ' '))
            : null;
    }
}

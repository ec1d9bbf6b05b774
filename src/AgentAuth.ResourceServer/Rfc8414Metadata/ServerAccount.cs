using System.Net.Http.Headers;
using System.Text;

namespace AgentAuth.ResourceServer.Rfc8414Metadata;

/// <summary>The resource's own account in the form of HTTP Basic (RFC 6749 §2.3.1).</summary>
internal static class ServerAccount
{
    // Both halves are form-encoded first: a colon or an umlaut in a secret must survive the trip. A blank becomes %20 and not +,
    // which only some servers read as a blank.
    public static AuthenticationHeaderValue HeaderFor(AgentAuthOptions options)
    {
        var pair = $"{Encode(options.AccountClientId)}:{Encode(options.AccountClientSecret)}";
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
    }

    private static string Encode(string? part) => Uri.EscapeDataString(part ?? "");
}

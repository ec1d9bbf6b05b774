using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>
/// Who led a person's browser here. At a platform that many people share, an agent can be connected with a link that somebody else began:
/// what the person allows would be the other's to use. Nothing in a request tells who began it. But a browser says which page it comes
/// from, and only the client's own pages can make it say theirs.
/// </summary>
internal static class Arrival
{
    public const string Parameter = "arrived";
    public const string Cold = "cold";

    /// <summary>
    /// A browser (which says so: <c>Sec-Fetch-Site</c>, Fetch Metadata) that did not come from a page of the client's: a link in a message,
    /// a typed address, another site, or our own page of signing in, which does not know what led there.
    /// </summary>
    public static bool IsCold(HttpRequest request, Client client, string redirectUri)
    {
        var referrer = request.Headers.Referer.ToString();
        return (referrer.Length > 0 || request.Headers.ContainsKey("Sec-Fetch-Site")) && !IsOf(client, redirectUri, referrer);
    }

    private static bool IsOf(Client client, string redirectUri, string referrer) =>
        Uri.TryCreate(referrer, UriKind.Absolute, out var from) && from.Scheme == Uri.UriSchemeHttps
        && (from.IdnHost == LoopbackRedirect.HostOf(redirectUri)
            || (client.Origin == Origin.ByDocument && from.IdnHost == new Uri(client.ClientId!).IdnHost));
}

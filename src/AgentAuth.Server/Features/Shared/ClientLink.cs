using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;

namespace AgentAuth.Server.Features.Shared;

/// <summary>A page that a client publishes about itself. What it is called is a key of the translated texts.</summary>
internal sealed record ClientLink(string Name, string Address, string Host)
{
    /// <summary>
    /// Only pages on the host that is proved, or below it: a link to another's terms would lend their name to whoever writes it down.
    /// </summary>
    public static IReadOnlyList<ClientLink> Of(Client client, string provedHost)
    {
        var metadata = ClientMetadata.Of(client.Metadata);
        (string Name, string? Address)[] pages =
        [
            ("Website", metadata?.ClientUri), ("Privacy policy", metadata?.PolicyUri), ("Terms of use", metadata?.TermsUri),
        ];
        return
        [
            .. from page in pages
               where page.Address is not null
               let host = new Uri(page.Address).IdnHost
               where host == provedHost || host.EndsWith("." + provedHost, StringComparison.Ordinal)
               select new ClientLink(page.Name, page.Address, host),
        ];
    }
}

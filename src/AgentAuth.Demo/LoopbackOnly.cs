using System.Net;

namespace AgentAuth.Demo;

/// <summary>The demo's passwords are public: it is never reachable from another computer.</summary>
internal static class LoopbackOnly
{
    public static void Check(IConfiguration configuration, string mcpUrl)
    {
        var addresses = (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Append(configuration["AgentAuth:Issuer"] ?? "http://localhost:5100")
            .Append(mcpUrl)
            .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"] ?? ""));
        foreach (var address in addresses)
        {
            if (!IsLoopback(address))
            {
                throw new FormatException($"The demo listens on loopback only, because its passwords are public; '{address}' is not. "
                    + "Leave it out, or run the product: dotnet run --project src/AgentAuth.Server");
            }
        }
    }

    private static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));
}

using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace AgentAuth.Server.Setup;

/// <summary>
/// Behind a reverse proxy every connection comes from the proxy; who asks stands in X-Forwarded-For. Only proxies that the operator names
/// are believed, because anybody can write that header: throttles and the audit log would otherwise hold whatever address a caller likes.
/// </summary>
internal static class ProxySetup
{
    private const string Key = "AgentAuth:Proxies";
    private const string Mend = $"Set it to addresses or networks: --{Key}=10.0.0.5,172.30.0.0/24";
    private static readonly char[] Separators = [',', ' '];

    /// <summary>First of all: whatever looks at the address afterwards sees the caller's.</summary>
    public static void UseProxies(this WebApplication app)
    {
        var proxies = Read(app.Configuration);
        if (proxies.Count == 0)
        {
            return;
        }
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null, // from the right, as long as each hop is a proxy of ours: the first that is none is who asks
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear(); // loopback is believed by default; here only what is named
        foreach (var proxy in proxies)
        {
            options.KnownIPNetworks.Add(proxy);
        }
        app.UseForwardedHeaders(options);
    }

    private static List<IPNetwork> Read(IConfiguration configuration)
    {
        if (configuration.GetValue("ForwardedHeaders_Enabled", false))
        {
            throw new FormatException("ASPNETCORE_FORWARDEDHEADERS_ENABLED believes every caller's X-Forwarded-For. "
                + $"Remove it and name your proxies. {Mend}");
        }
        var values = configuration.GetSection(Key).GetChildren().Select(c => c.Value).Append(configuration[Key]);
        return [.. values.SelectMany(v => (v ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries)).Select(Parse)];
    }

    private static IPNetwork Parse(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return new(address, address.GetAddressBytes().Length * 8);
        }
        if (!IPNetwork.TryParse(text, out var network))
        {
            throw new FormatException($"{Key} has '{text}', which is neither an address nor a network such as 172.30.0.0/24. {Mend}");
        }
        return network.PrefixLength > 0
            ? network
            : throw new FormatException($"{Key} has '{text}', which is everybody: any caller could say where it comes from. {Mend}");
    }
}

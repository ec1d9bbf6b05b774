using System.Net;
using System.Net.Sockets;

namespace AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

/// <summary>
/// Addresses that are no place on the public internet (RFC 6890 and the registries it founded): whoever makes us connect there would use
/// our position inside a network. In IPv6 only what is handed out for the internet is public, so the ways to write an IPv4 address in an
/// IPv6 one (mapped, translated, 6to4, Teredo) are special by not being public.
/// </summary>
internal static class SpecialAddress
{
    private static readonly IPNetwork[] SpecialV6 =
    [
        .. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20" }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork[] SpecialV4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    public static bool Is(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => Array.Exists(SpecialV4, n => n.Contains(address)),
        AddressFamily.InterNetworkV6 => !IsPublicV6(address) || Array.Exists(SpecialV6, n => n.Contains(address)),
        _ => true,
    };

    /// <summary>In 2000::/3, by its bits: IPNetwork takes an IPv4-mapped address for one of every network.</summary>
    private static bool IsPublicV6(IPAddress address) => address.GetAddressBytes()[0] >> 5 == 1;

    /// <summary>Exactly the two addresses people mean by "this computer", not the sixteen million around the first.</summary>
    public static bool IsThisComputer(IPAddress address) => address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback);
}

using System.Net;

namespace AgentAuth.Server.Specs.Rfc9700SecurityBcp;

/// <summary>Who asks, for counting: whoever has one IPv6 address has the /64 around it.</summary>
internal static class CallerNetwork
{
    private const int NetworkBytes = 8;

    public static string Of(IPAddress? address)
    {
        var bytes = (address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address ?? IPAddress.None).GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, NetworkBytes)));
    }
}

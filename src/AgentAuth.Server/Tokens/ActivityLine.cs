using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Tokens;

/// <summary>What makes things one line of the feed: the same kind of thing, of one grant, from one address, in one hour.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ActivityKey(Guid GrantId, ActivityKind Kind, string? What, IPAddress? Address, long Hour)
{
    public static ActivityKey Of(Guid grantId, ActivityKind kind, string? what, IPAddress? address, DateTimeOffset at) =>
        new(grantId, kind, what?.Length > Activity.MaxWhatLength ? what[..Activity.MaxWhatLength] : what, address, HourOf(at));

    public DateTimeOffset HourBegins => DateTimeOffset.UnixEpoch + TimeSpan.FromHours(Hour);

    /// <summary>As people know it: without what IPv6 puts around an IPv4 address, and without a network card.</summary>
    public string? AddressText => Address switch
    {
        null => null,
        { IsIPv4MappedToIPv6: true } => Address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => new IPAddress(Address.GetAddressBytes()).ToString(),
        _ => Address.ToString(),
    };

    /// <summary>
    /// The row's identifier follows from what the line is about, so that whoever writes more of the same, after a restart or at another
    /// node, adds to that row.
    /// </summary>
    public Guid Id => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{GrantId:N} {Kind} {Hour} {AddressText} {What}")).AsSpan(0, 16));

    private static long HourOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 3600;
}

/// <summary>So many things of one kind, to be added to their row.</summary>
internal sealed record ActivityLine(ActivityKey Key, Guid AccountId, DateTimeOffset At, DateTimeOffset LastAt, int Count)
{
    /// <summary>The same from wherever, put together: where there are too many addresses to tell.</summary>
    public static IEnumerable<ActivityLine> FromAnywhere(IEnumerable<ActivityLine> lines) =>
        lines.GroupBy(l => l.Key with { Address = null }).Select(g => new ActivityLine(
            g.Key, g.First().AccountId, g.Min(l => l.At), g.Max(l => l.LastAt), (int)Math.Min(int.MaxValue, g.Sum(l => (long)l.Count))));
}

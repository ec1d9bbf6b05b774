using System.Net;

namespace AgentAuth.Server.Specs.Rfc8252NativeApps;

/// <summary>
/// Redirects are compared byte by byte (RFC 9700 §4.1.3). The one exception: a native program on this computer gets its port from
/// the operating system, so the port of a registered loopback address is not compared (RFC 8252 §7.3). Real clients use
/// <c>localhost</c> as well as the two addresses, so all three are loopback here; each matches only itself.
/// </summary>
internal static class LoopbackRedirect
{
    /// <summary>How every loopback address is named to people and kept.</summary>
    public const string ThisComputer = "localhost";

    private const string Scheme = "http://";

    private static readonly string[] Hosts = [ThisComputer, "127.0.0.1", "[::1]"];

    public static bool Matches(string registered, string requested)
    {
        if (registered == requested)
        {
            return true;
        }
        return TrySplit(registered, out var host, out var tail, out _)
            && TrySplit(requested, out var requestedHost, out var requestedTail, out var portIsGood)
            && portIsGood
            && host == requestedHost
            && tail == requestedTail;
    }

    public static bool IsLoopback(string uri) => TrySplit(uri, out _, out _, out _);

    /// <summary>What people are told and consent is kept for: every spelling of "this computer" is one place.</summary>
    public static string HostOf(string redirectUri)
    {
        if (!Uri.TryCreate(redirectUri, UriKind.Absolute, out var uri))
        {
            return "";
        }
        if (uri.Scheme is not ("http" or "https"))
        {
            return uri.Scheme + ":";
        }
        // Browsers send every name below localhost to this computer (RFC 6761 §6.3).
        var isNamed = uri.IsLoopback || IsNamedLocalhost(uri.IdnHost.TrimEnd('.'));
        var isLoopback = isNamed || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        return isLoopback ? ThisComputer : uri.IdnHost;
    }

    /// <summary>
    /// Whether the answer goes to a program on the person's own computer, as <see cref="HostOf"/> names it: a loopback address or a scheme
    /// of an app's own. Any program there can stand in for the one that was meant (RFC 8252 §8.6).
    /// </summary>
    public static bool IsHere(string host) => host == ThisComputer || IsScheme(host);

    /// <summary>The same of a redirect URI.</summary>
    public static bool StaysHere(string redirectUri) => IsHere(HostOf(redirectUri));

    /// <summary>An IPv6 address may end in a colon, but has another one.</summary>
    private static bool IsScheme(string host) => host is [.. { } name, ':'] && !name.Contains(':', StringComparison.Ordinal);

    private static bool IsNamedLocalhost(string host) =>
        host.Equals(ThisComputer, StringComparison.OrdinalIgnoreCase)
        || host.EndsWith("." + ThisComputer, StringComparison.OrdinalIgnoreCase);

    /// <summary>Splits without a URI parser: what a parser would tidy up (dots, escapes, case, user info) must not match.</summary>
    private static bool TrySplit(string uri, out string host, out string tail, out bool portIsGood)
    {
        (host, tail, portIsGood) = ("", "", true);
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }
        var rest = uri.AsSpan(Scheme.Length);
        foreach (var candidate in Hosts)
        {
            if (!rest.StartsWith(candidate, StringComparison.Ordinal))
            {
                continue;
            }
            var after = rest[candidate.Length..];
            var slash = after.IndexOfAny('/', '?', '#');
            var port = slash < 0 ? after : after[..slash];
            if (port is not "" && port[0] != ':')
            {
                return false;
            }
            host = candidate;
            tail = slash < 0 ? "" : after[slash..].ToString();
            portIsGood = port is "" || IsPort(port[1..]);
            return true;
        }
        return false;
    }

    private static bool IsPort(ReadOnlySpan<char> digits) =>
        digits.Length is > 0 and <= 5
        && !digits.ContainsAnyExceptInRange('0', '9')
        && ushort.TryParse(digits, System.Globalization.CultureInfo.InvariantCulture, out var port)
        && port > 0;
}

using System.Buffers;

namespace AgentAuth.Server.Specs.Rfc8707ResourceIndicators;

/// <summary>
/// Clients spell a resource in more ways than one: upper-case hosts, default ports, a slash at the end. All of those are the same place and
/// become one string. Whatever a lenient parser would have to repair (dot segments, escapes in them, user info) is refused instead:
/// two parsers may repair it differently.
/// </summary>
internal static class ResourceIdentifier
{
    private static readonly SearchValues<char> Refused = SearchValues.Create("#\\@\"<>^`{|}");

    /// <returns>The canonical form, or null when it is no resource indicator (RFC 8707 §2: absolute, no fragment).</returns>
    public static string? Canonical(string? indicator)
    {
        if (indicator is not { Length: > 0 and <= Model.Resource.MaxIdentifierLength }
            || indicator.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return null;
        }
        var scheme = indicator.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https://"
            : indicator.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http://" : null;
        if (scheme is null || indicator.AsSpan().ContainsAny(Refused))
        {
            return null;
        }
        var rest = indicator[scheme.Length..];
        var slash = rest.IndexOfAny(['/', '?']);
        var authority = (slash < 0 ? rest : rest[..slash]).ToLowerInvariant();
        var tail = slash < 0 ? "" : rest[slash..];
        if (!IsAuthority(scheme + authority) || HasDotSegment(tail))
        {
            return null;
        }
        var defaultPort = scheme == "https://" ? ":443" : ":80";
        authority = authority.EndsWith(defaultPort, StringComparison.Ordinal) ? authority[..^defaultPort.Length] : authority;
        return scheme + authority + (tail.EndsWith('/') ? tail[..^1] : tail);
    }

    private static bool IsAuthority(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && !uri.Host.EndsWith('.');

    private static bool HasDotSegment(string tail)
    {
        var path = tail.Split('?', 2)[0];
        return path.Contains("%2e", StringComparison.OrdinalIgnoreCase)
            || path.Contains("%2f", StringComparison.OrdinalIgnoreCase)
            || path.Contains("%5c", StringComparison.OrdinalIgnoreCase)
            || path.Split('/').Any(segment => segment is "." or "..")
            || path.Contains("//", StringComparison.Ordinal);
    }
}

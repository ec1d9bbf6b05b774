using AgentAuth.Server.Model;

namespace AgentAuth.Server.Features.Admin.Resources;

/// <summary>The one spelling of a resource that tokens are made out to (RFC 8707 §2).</summary>
internal static class ResourceIdentifier
{
    /// <summary>Null when the text names no resource: not absolute http(s), or with a query, a fragment or a user name.</summary>
    public static string? Canonical(string? text)
    {
        var typed = text?.Trim() ?? "";
        if (typed.Length > Resource.MaxIdentifierLength || typed.Any(c => c is <= ' ' or > '~' or '\\' or '?' or '#')
            || !Uri.TryCreate(typed, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0 || typed.Contains('@', StringComparison.Ordinal))
        {
            return null;
        }
        var canonical = uri.GetLeftPart(UriPartial.Path).TrimEnd('/'); // lower-case scheme and host, no default port
        return canonical.Length > Resource.MaxIdentifierLength ? null : canonical;
    }
}

namespace AgentAuth.Server.Features.Shared;

/// <summary>Where to go after signing in: a path of this server, whatever the query asked for.</summary>
internal static class LocalUrl
{
    public const int MaxLength = 8 * 1024;

    /// <summary>
    /// Browsers drop tabs and line ends, read a backslash as a slash, and read two slashes as another host: none of these comes through.
    /// Nor does what an address must have encoded, because it could not be written into the Location header.
    /// </summary>
    public static bool IsLocal(string? url) =>
        url is { Length: > 0 and <= MaxLength }
        && url[0] == '/'
        && !(url.Length > 1 && url[1] == '/')
        && url.All(c => c is > ' ' and <= '~' and not '\\');

    public static string Or(string? url, string otherwise) => IsLocal(url) ? url! : otherwise;
}

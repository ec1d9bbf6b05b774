using AgentAuth.Server.Model;

namespace AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

/// <summary>
/// Which addresses are asked for at all, by their spelling alone. Only the one spelling a parser would make of them is taken: where two
/// parsers could see two hosts, one of them would be the one that was checked and the other the one that is asked.
/// </summary>
internal static class WebAddress
{
    private static readonly string[] ThisComputer = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>
    /// Names that mean something only inside a network, or nothing at all: reserved (RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476,
    /// ICANN for .internal), or in such use that they will never be given out (.corp, .home, .mail; RFC 6762 appendix G).
    /// </summary>
    private static readonly string[] InsideNames =
    [
        ".localhost", ".local", ".arpa", ".onion", ".alt", ".invalid", ".internal", ".corp", ".home", ".mail",
        ".intranet", ".intra", ".private", ".lan", ".localdomain", ".domain", ".workgroup",
    ];

    /// <summary>Whether it names this computer, which may be asked only when the issuer is here too.</summary>
    public static bool IsHere(string host) => ThisComputer.Contains(host, StringComparer.Ordinal);

    /// <summary>Null when it may be asked; else what is wrong with it.</summary>
    public static string? Problem(string address, Issuer issuer)
    {
        if (address.Length > Client.MaxClientIdLength || address.Any(c => c is <= ' ' or > '~' or '\\' or '"' or '<' or '>' or '#'))
        {
            return $"The address has more than {Client.MaxClientIdLength} characters, a fragment, or characters no address has.";
        }
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return "This is not a whole address: it needs https://, a host and a path.";
        }
        if (uri.AbsoluteUri == address + "/")
        {
            return "The address needs a path: the host alone is not the address of a document.";
        }
        if (uri.AbsoluteUri != address || uri.UserInfo.Length > 0)
        {
            return "The address is not in canonical form: lower-case host, no user name, no default port, no dot segments.";
        }
        var path = uri.AbsolutePath;
        if (path == "/" || path.Contains("//", StringComparison.Ordinal) || path.Contains("%2e", StringComparison.OrdinalIgnoreCase)
            || path.Split('/').Any(s => s is "." or ".."))
        {
            return "The address needs a path, without dot segments.";
        }
        return HostProblem(uri, issuer);
    }

    /// <summary>The same of a parsed address, whatever its path: where the connection would go.</summary>
    public static string? HostProblem(Uri uri, Issuer issuer) => uri.UserInfo.Length > 0
        ? "The address must not have a user name."
        : IsHere(uri.Host) ? HereProblem(uri, issuer) : PublicProblem(uri);

    private static string? HereProblem(Uri uri, Issuer issuer) =>
        issuer.IsLoopback && uri.Scheme is "https" or "http" ? null : "This computer is asked only by a server whose issuer is on it too.";

    private static string? PublicProblem(Uri uri)
    {
        if (uri.Scheme != Uri.UriSchemeHttps || !uri.IsDefaultPort)
        {
            return "The address must be https, at the default port.";
        }
        var isName = uri.HostNameType == UriHostNameType.Dns && uri.Host.Contains('.', StringComparison.Ordinal) && !uri.Host.EndsWith('.');
        return isName && !Array.Exists(InsideNames, n => uri.Host.EndsWith(n, StringComparison.Ordinal))
            ? null
            : "The host must be a public domain name.";
    }
}

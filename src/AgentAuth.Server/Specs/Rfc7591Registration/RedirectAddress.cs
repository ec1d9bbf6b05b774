using System.Web;
using AgentAuth.Server.Specs.Rfc8252NativeApps;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>
/// Where a client may let answers be sent. Of schemes of an app's own those are taken that somebody owns: a domain turned around
/// (RFC 8252 §7.1), or one of the few short ones that a widely used agent has made its own.
/// </summary>
internal static class RedirectAddress
{
    public const int MaxLength = 1000;
    public const int MaxSchemeLength = 100;

    public const string OwnedSchemes = "A scheme of an app's own is a domain turned around, such as com.example.app (RFC 8252 §7.1).";

    private const string Wildcard = "Write each redirect address whole, without wildcards: with a * whoever holds any one of the addresses "
        + "it stands for could take people's codes (RFC 9700 §4.1).";

    /// <summary>Written policy: agents that cannot do otherwise, whose scheme no other program is known to use.</summary>
    private static readonly string[] KnownSchemes =
        ["cursor", "vscode", "vscode-insiders", "vscodium", "windsurf", "zed", "claude", "kiro", "codex"];

    /// <summary>Schemes that browsers and systems act on by themselves; nobody's app answers there.</summary>
    private static readonly string[] Dangerous =
    [
        "javascript", "vbscript", "data", "file", "filesystem", "blob", "about", "view-source", "ftp", "ftps", "sftp", "ws", "wss",
        "intent", "content", "chrome", "edge", "jar", "mailto", "tel", "sms", "ssh", "telnet", "ldap", "gopher", "shell",
    ];

    /// <summary>Their settings and shells: how all such schemes begin.</summary>
    private static readonly string[] OfSystems = ["ms-", "x-apple"];

    private static readonly string[] OfTheAnswer = ["code", "state", "iss", "error", "error_description", "error_uri", "error_id"];

    /// <summary>Null when the address is good.</summary>
    public static string? Problem(string address, bool isNative)
    {
        if (address.Contains('*', StringComparison.Ordinal))
        {
            return Wildcard;
        }
        if (!IsWhole(address, out var uri))
        {
            return "Each redirect address is one whole address, without wildcards and spaces.";
        }
        if (address.Contains('#', StringComparison.Ordinal) || uri.UserInfo.Length > 0)
        {
            return "A redirect address has no fragment and no user name (RFC 6749 §3.1.2).";
        }
        if (address.Split('?')[0].Split('/').Any(IsDots))
        {
            return "A redirect address has no . or .. in its path: who follows it would end elsewhere.";
        }
        if (HttpUtility.ParseQueryString(uri.Query).AllKeys.Any(name => OfTheAnswer.Contains(name, StringComparer.Ordinal)))
        {
            return "A redirect address has no parameter the answer brings: code, state, iss, error."; // a client would read the wrong one
        }
        return uri.Scheme switch
        {
            "https" => null,
            "http" when LoopbackRedirect.IsLoopback(address) => null,
            "http" => "Plain http is only safe to this computer: 127.0.0.1, [::1] or localhost.",
            { Length: > MaxSchemeLength } => "A scheme of an app's own has at most 100 characters.",
            _ when isNative && IsOwned(uri.Scheme) => null,
            _ when isNative => OwnedSchemes,
            _ => "A web server's redirect address starts with https.",
        };
    }

    /// <summary>A scheme of an app's own, harmless, but of which nobody can say whose it is.</summary>
    public static bool IsUnownedScheme(string address) =>
        IsWhole(address, out var uri) && uri.Scheme is not ("https" or "http") && uri.Scheme.Length <= MaxSchemeLength
        && !IsOwned(uri.Scheme) && !IsDangerous(uri.Scheme);

    private static bool IsOwned(string scheme) =>
        !IsDangerous(scheme) && (IsTurnedDomain(scheme) || KnownSchemes.Contains(scheme, StringComparer.Ordinal));

    /// <summary>
    /// Begins with what could be a top-level domain, which has no hyphen unless it is another alphabet's; a dot alone makes no domain.
    /// </summary>
    private static bool IsTurnedDomain(string scheme) =>
        scheme.Split('.') is [var top, _, ..] labels && Array.TrueForAll(labels, IsLabel)
        && ((top.Length > 1 && top.All(char.IsAsciiLetter)) || top.StartsWith("xn--", StringComparison.Ordinal));

    private static bool IsLabel(string label) => label.Length > 0 && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>With a dot behind it too: what a system makes of that nobody promises.</summary>
    private static bool IsDangerous(string scheme) => Dangerous.Contains(scheme.TrimEnd('.'), StringComparer.Ordinal)
        || Array.Exists(OfSystems, s => scheme.StartsWith(s, StringComparison.Ordinal));

    private static bool IsWhole(string address, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? uri)
    {
        uri = null;
        return address.Length is > 0 and <= MaxLength && !address.Any(c => c is <= ' ' or > '~' or '*' or '\\')
            && Uri.IsWellFormedUriString(address, UriKind.Absolute) && Uri.TryCreate(address, UriKind.Absolute, out uri);
    }

    private static bool IsDots(string segment) =>
        segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..";
}

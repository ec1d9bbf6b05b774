using System.Web;
using AgentAuth.Server.Specs.Rfc8252NativeApps;

namespace AgentAuth.Server.Features.Admin.Clients;

/// <summary>Where a client lets answers be sent, as registered: kept as typed, because they are compared byte by byte.</summary>
internal static class RedirectAddresses
{
    public const int MaxCount = 20;
    public const int MaxLength = 1000;
    public const int MaxSchemeLength = 100;

    private static readonly string[] OfTheAnswer = ["code", "state", "iss", "error", "error_description", "error_uri", "error_id"];

    public static IReadOnlyList<string> Lines(string? text) =>
        [.. (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Distinct(StringComparer.Ordinal)];

    /// <summary>Null when all of them are good; else what is wrong with the first that is not.</summary>
    public static string? Problem(IReadOnlyList<string> addresses, bool isNative)
    {
        if (addresses.Count is 0 or > MaxCount)
        {
            return "Write between 1 and 20 redirect addresses, one on each line.";
        }
        return addresses.Select(a => ProblemOf(a, isNative)).FirstOrDefault(p => p is not null);
    }

    private static bool IsDots(string segment) =>
        segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..";

    private static string? ProblemOf(string address, bool isNative)
    {
        if (address.Length > MaxLength || address.Any(c => c is <= ' ' or > '~' or '*' or '\\')
            || !Uri.IsWellFormedUriString(address, UriKind.Absolute) || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
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
            _ when isNative && uri.Scheme.Contains('.', StringComparison.Ordinal) => null,
            _ when isNative => "A scheme of an app's own is a domain turned around, such as com.example.app (RFC 8252 §7.1).",
            _ => "A web server's redirect address starts with https.",
        };
    }
}

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>Where a client wants to be answered.</summary>
internal static class RedirectChecks
{
    private static readonly string[] Dangerous = ["javascript", "data", "file", "vbscript", "blob", "about", "view-source", "filesystem"];

    public static void Run(Report report, IReadOnlyList<string>? redirects)
    {
        var problems = (redirects ?? []).Select(Problem).OfType<string>().ToList();
        if (!report.Must(
            redirects is { Count: > 0 } && problems.Count == 0, "cimd.redirects", "RFC 9700 §2.1, RFC 8252 §7",
            $"it names {redirects?.Count} {(redirects?.Count == 1 ? "address" : "addresses")} for answers",
            problems.Count > 0 ? problems[0] : "redirect_uris is missing or empty",
            "List whole addresses: https, http only on 127.0.0.1, [::1] or localhost, or an app's own scheme; no fragment, no wildcard."))
        {
            return;
        }
        var areAllHere = redirects!.All(r => Parts.Web(r) is { IsLoopback: true });
        report.Should(
            !areAllHere, "cimd.loopback", "MCP Authorization 2026-07-28", "not all answers go to the person's own computer",
            "all answers go to the person's own computer, where any program can wait for them",
            "Nothing to fix for a program; people are warned, and asked each time.");
    }

    private static string? Problem(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || address.Any(c => c is <= ' ' or > '~' or '*' or '\\'))
        {
            return $"{Parts.Quote(address)} is no whole address";
        }
        if (Array.Exists(Dangerous, s => uri.Scheme.Equals(s, StringComparison.OrdinalIgnoreCase)))
        {
            return $"{Parts.Quote(address)} would run or open something on the person's computer";
        }
        if (address.Contains('#', StringComparison.Ordinal) || uri.UserInfo.Length > 0)
        {
            return $"{Parts.Quote(address)} has a fragment or user info";
        }
        return uri.Scheme == "http" && !uri.IsLoopback ? $"{Parts.Quote(address)} is not https" : null;
    }
}

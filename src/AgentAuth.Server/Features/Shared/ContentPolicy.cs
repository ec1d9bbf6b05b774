using System.Buffers;

namespace AgentAuth.Server.Features.Shared;

/// <summary>
/// What a page may load and where its forms may lead: nothing but this server. Chromium holds the redirects after a form post
/// against form-action too, so the page whose post ends at a client names that client's proved origin first.
/// </summary>
internal static class ContentPolicy
{
    private static readonly object Key = new();
    private static readonly object ScriptKey = new();
    private static readonly SearchValues<char> OriginCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:/.-+");

    /// <summary>Only for an origin that is proved to be the client's; a private-use scheme is given as <c>com.example.app:</c>.</summary>
    public static void AllowFormActionTo(this HttpContext context, string origin)
    {
        if (SourceOf(origin) is { } source)
        {
            context.Items[Key] = context.Items[Key] is string others ? $"{others} {source}" : source;
        }
    }

    /// <summary>For the pages that earned a script; it comes from this server like all else.</summary>
    public static void AllowOwnScript(this HttpContext context) => context.Items[ScriptKey] = true;

    public static string Of(HttpContext context) =>
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
        + (context.Items[Key] is string more ? $" {more}" : "")
        + (context.Items.ContainsKey(ScriptKey) ? "; script-src 'self'" : "");

    private static string? SourceOf(string origin)
    {
        // The policy's grammar knows no IPv6 address (CSP 3 §2.3.1): its scheme is the narrowest thing that can be said.
        if (origin.Contains('[', StringComparison.Ordinal))
        {
            return origin.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? "https:" : "http:";
        }
        return origin.Contains(':', StringComparison.Ordinal) && !origin.AsSpan().ContainsAnyExcept(OriginCharacters) ? origin : null;
    }
}

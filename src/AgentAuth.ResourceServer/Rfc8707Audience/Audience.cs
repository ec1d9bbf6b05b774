namespace AgentAuth.ResourceServer.Rfc8707Audience;

/// <summary>Whether a token was made for this resource (RFC 8707 §2, RFC 9068 §4).</summary>
internal static class Audience
{
    private const int MaxShown = 200;

    // Exact strings. A prefix, another case or one more slash is another resource; being generous here hands tokens around.
    public static bool Contains(IEnumerable<string>? audiences, string resource) =>
        audiences is not null && audiences.Contains(resource, StringComparer.Ordinal);

    /// <summary>What the client's developer needs: which resource was asked for, and which is asked now.</summary>
    public static string Words(IEnumerable<string> audiences, string resource) =>
        audiences.ToList() is [var one] && IsHarmless(one)
            ? $"The token is for another resource: {one}. This is {resource}. Ask for a token with resource={resource}."
            : $"The token is for another resource. This is {resource}. Ask for a token with resource={resource}.";

    // It goes into a header between quotes.
    private static bool IsHarmless(string audience) =>
        audience.Length is > 0 and <= MaxShown && audience.All(c => c is > ' ' and <= '~' and not ('"' or '\\'));
}

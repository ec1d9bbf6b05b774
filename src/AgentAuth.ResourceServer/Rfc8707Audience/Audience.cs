namespace AgentAuth.ResourceServer.Rfc8707Audience;

/// <summary>Whether a token was made for this resource (RFC 8707 §2, RFC 9068 §4).</summary>
internal static class Audience
{
    // Exact strings. A prefix, another case or one more slash is another resource; being generous here hands tokens around.
    public static bool Contains(IEnumerable<string>? audiences, string resource) =>
        audiences is not null && audiences.Contains(resource, StringComparer.Ordinal);
}

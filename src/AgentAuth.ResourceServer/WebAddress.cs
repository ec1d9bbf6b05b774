namespace AgentAuth.ResourceServer;

/// <summary>What we ask of URLs.</summary>
internal static class WebAddress
{
    public static bool IsHttpsOrLoopback(Uri uri) =>
        uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback);

    /// <summary>Scheme, host and port in the form a browser sends as <c>Origin</c>.</summary>
    public static string OriginOf(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped).ToLowerInvariant();

    public static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && OriginOf(uri) == text;

    /// <summary>The path without a lone slash, so that an origin and an origin with a slash have the same well-known address.</summary>
    public static string PathOf(Uri uri) => uri.AbsolutePath == "/" ? "" : uri.AbsolutePath;
}

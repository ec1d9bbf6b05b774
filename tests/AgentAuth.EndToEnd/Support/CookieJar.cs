using System.Globalization;

namespace AgentAuth.EndToEnd.Support;

/// <summary>Cookies as browsers keep them on loopback: Secure ones too, by host and whatever the port.</summary>
internal sealed class CookieJar
{
    private readonly Dictionary<(string Host, string Path, string Name), string> _cookies = [];

    public string HeaderFor(Uri url) => string.Join("; ", _cookies
        .Where(cookie => cookie.Key.Host == url.Host && IsUnder(url.AbsolutePath, cookie.Key.Path))
        .OrderByDescending(cookie => cookie.Key.Path.Length)
        .Select(cookie => $"{cookie.Key.Name}={cookie.Value}"));

    public void Keep(Uri url, string setCookie)
    {
        var parts = setCookie.Split(';', StringSplitOptions.TrimEntries);
        var (name, value) = Pair(parts[0]);
        var attributes = parts.Skip(1).Select(Pair).ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        var path = attributes.GetValueOrDefault("path", "/");
        if (name.StartsWith("__Host-", StringComparison.Ordinal))
        {
            var keepsItsPromise = attributes.ContainsKey("secure") && path == "/" && !attributes.ContainsKey("domain");
            Assert.True(keepsItsPromise, $"No browser keeps {setCookie}");
        }

        var key = (url.Host, path, name);
        if (IsOver(attributes))
        {
            _cookies.Remove(key);
            return;
        }

        _cookies[key] = value;
    }

    private static (string Name, string Value) Pair(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? (text, string.Empty) : (text[..at], text[(at + 1)..]);
    }

    private static bool IsOver(Dictionary<string, string> attributes)
    {
        if (attributes.TryGetValue("max-age", out var age))
        {
            return int.Parse(age, CultureInfo.InvariantCulture) <= 0;
        }

        return attributes.TryGetValue("expires", out var date)
            && DateTimeOffset.Parse(date, CultureInfo.InvariantCulture) < TimeProvider.System.GetUtcNow();
    }

    private static bool IsUnder(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}

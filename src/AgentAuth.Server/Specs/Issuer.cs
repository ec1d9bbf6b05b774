using System.Net;

namespace AgentAuth.Server.Specs;

/// <summary>
/// The one string that names this server: byte-identical in metadata, the <c>iss</c> parameter, tokens and resource metadata, without a
/// trailing slash. Every address we hand out is built from it, never from the Host header.
/// </summary>
internal sealed class Issuer
{
    private Issuer(string value)
    {
        Value = value;
        Uri = new Uri(value);
        Path = Uri.AbsolutePath.TrimEnd('/');
        Origin = Uri.GetLeftPart(UriPartial.Authority);
    }

    public string Value { get; }

    public Uri Uri { get; }

    /// <summary>Empty for an issuer at the root, else <c>/tenant</c>.</summary>
    public string Path { get; }

    public string Origin { get; }

    public bool IsHttps => Uri.Scheme == Uri.UriSchemeHttps;

    public bool IsLoopback => Loopback.IsHost(Uri.Host);

    public string At(string path) => Value + path;

    /// <summary>Null when the value is good; else what is wrong, and the line that mends it.</summary>
    public static string? Problem(string? value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
        {
            return $"AgentAuth:Issuer is '{value}', which is no http(s) address. Set it: --AgentAuth:Issuer=https://id.example.com";
        }
        if (value.EndsWith('/') || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            var clean = uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
            return $"AgentAuth:Issuer is '{value}'; clients compare it byte by byte. Set it: --AgentAuth:Issuer={clean}";
        }
        if (uri.Scheme == "http" && !Loopback.IsHost(uri.Host))
        {
            return $"AgentAuth:Issuer is '{value}'; plain HTTP is only safe on loopback. "
                + $"Set it: --AgentAuth:Issuer=https://{uri.Authority}";
        }
        var canonical = uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return canonical == value ? null : $"AgentAuth:Issuer is not in canonical form. Set it: --AgentAuth:Issuer={canonical}";
    }

    public static Issuer Parse(string value) =>
        Problem(value) is { } problem ? throw new FormatException(problem) : new Issuer(value);

    public override string ToString() => Value;

    private static class Loopback
    {
        public static bool IsHost(string host) =>
            host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}

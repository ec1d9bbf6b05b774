namespace AgentAuth.Server.Features.Shared;

/// <summary>
/// A cookie no other host and no script can set or read: <c>__Host-</c>, Secure, HttpOnly. Secure also on http loopback, where browsers
/// accept it and the framework's own policy would not send it.
/// </summary>
internal sealed class HostCookie : CookieBuilder
{
    public const string Prefix = "__Host-agentauth-";

    public HostCookie(string name, SameSiteMode sameSite)
    {
        Name = Prefix + name;
        HttpOnly = true;
        IsEssential = true;
        Path = "/";
        SameSite = sameSite;
        SecurePolicy = CookieSecurePolicy.SameAsRequest;
    }

    public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
    {
        var options = base.Build(context, expiresFrom);
        options.Secure = true;
        options.Path = "/";
        return options;
    }
}

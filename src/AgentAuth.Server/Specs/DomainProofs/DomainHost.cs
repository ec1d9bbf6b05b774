using System.Globalization;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

namespace AgentAuth.Server.Specs.DomainProofs;

/// <summary>A host as a developer types it, in its one spelling.</summary>
internal static class DomainHost
{
    /// <summary>The name of the record below it must be a name too (RFC 1035 §2.3.4).</summary>
    private static readonly int MaxLength = ClaimedDomain.MaxHostLength - DomainLook.RecordAt("").Length;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The host in lower case and punycode, or what is wrong with what was typed.</summary>
    public static (string? Host, string? Problem) Read(string? typed, Issuer issuer)
    {
        var text = typed?.Trim().TrimEnd('.') ?? "";
        if (text.Length is 0 or > ClaimedDomain.MaxHostLength)
        {
            return (null, "Give a host: app.example.com");
        }
        string host;
        try
        {
            host = Idn.GetAscii(text).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return (null, "That is no host. Give it without https:// and without a path: app.example.com");
        }
        // This computer can be anybody's, whatever stands on it.
        return host.Length > MaxLength
            ? (null, $"A host has at most {MaxLength} characters here.")
            : WebAddress.IsHere(host) || WebAddress.Problem(DomainLook.FileAt(host), issuer) is not null
            ? (null, "The host must be a public domain name: app.example.com")
            : (host, null);
    }
}

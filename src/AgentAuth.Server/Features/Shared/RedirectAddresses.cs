using AgentAuth.Server.Specs.Rfc7591Registration;

namespace AgentAuth.Server.Features.Shared;

/// <summary>Where a client lets answers be sent, as typed into a form.</summary>
internal static class RedirectAddresses
{
    public static IReadOnlyList<string> Lines(string? text) =>
        [.. (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Distinct(StringComparer.Ordinal)];

    /// <summary>Null when all of them are good; else what is wrong with the first that is not.</summary>
    public static string? Problem(IReadOnlyList<string> addresses, bool isNative)
    {
        if (addresses.Count is 0 or > MetadataReader.MaxRedirects)
        {
            return "Write between 1 and 20 redirect addresses, one on each line.";
        }
        return addresses.Select(a => RedirectAddress.Problem(a, isNative)).FirstOrDefault(p => p is not null);
    }
}

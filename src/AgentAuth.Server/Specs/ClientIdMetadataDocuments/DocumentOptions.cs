namespace AgentAuth.Server.Specs.ClientIdMetadataDocuments;

/// <summary>Whether clients may introduce themselves by a document, and those of which hosts.</summary>
internal sealed class DocumentOptions
{
    public bool Enabled { get; set; } = true;

    /// <summary>When there is one, no other host is asked: <c>claude.ai</c>, or <c>*.example.com</c> for every name below it.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Never asked, allowed or not.</summary>
    public IList<string> DeniedHosts { get; } = [];

    public bool Admits(string host) =>
        !DeniedHosts.Any(p => Matches(p, host)) && (AllowedHosts.Count == 0 || AllowedHosts.Any(p => Matches(p, host)));

    /// <summary>No patterns but the one star in front of a dot: what looks similar is another host.</summary>
    private static bool Matches(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase) && host.Length > pattern.Length - 1
        : pattern.Equals(host, StringComparison.OrdinalIgnoreCase);
}

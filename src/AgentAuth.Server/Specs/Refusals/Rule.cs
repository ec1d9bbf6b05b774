namespace AgentAuth.Server.Specs.Refusals;

/// <summary>
/// One rule a request can break: its name never changes, the reference says where it is written. What was expected and what to do about
/// it are texts that people read, in English; their translations are found by them.
/// </summary>
internal sealed record Rule(string Name, string Reference, string Expected, string Fix)
{
    private const string Prefix = "urn:agentauth:rule:";

    /// <summary>How a refusal carries its rule to where it is noted: in the place of OpenIddict's error_uri, which never leaves.</summary>
    public string Uri => Prefix + Name;

    public static string? NameOf(string? uri) =>
        uri?.StartsWith(Prefix, StringComparison.Ordinal) == true ? uri[Prefix.Length..] : null;
}

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>What an MCP server says to a client without a token.</summary>
internal static class ChallengeChecks
{
    private const string Sdk =
        "Put the library's RequireAgentAuth() on the MCP endpoint, or answer 401 with WWW-Authenticate: Bearer yourself.";

    public static void Run(Report report, Answer greeted, ResourceDocuments metadata)
    {
        var isBearer = greeted.Challenges.Any(c => c.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase));
        if (!report.Must(
            greeted.Status == 401 && isBearer, "mcp.challenge", "RFC 6750 §3, RFC 9728 §5.1",
            "without a token it answers 401 and WWW-Authenticate: Bearer",
            $"a request without a token got {greeted.Seen}{(greeted.Status == 401 ? ", and no Bearer challenge" : "")}", Sdk))
        {
            return;
        }
        if (metadata.IsAny) // else it is told once, as what it is
        {
            NamesMetadata(report, metadata);
        }
        report.Should(
            greeted.Challenges.Any(c => c.Contains("scope=", StringComparison.OrdinalIgnoreCase)), "mcp.challenge.scope", "RFC 6750 §3",
            "the challenge names the scopes to ask for",
            "the challenge names no scope", "Add scope=\"…\" with what the first calls need; clients ask for it before anything else.");
    }

    private static void NamesMetadata(Report report, ResourceDocuments metadata)
    {
        const string check = "mcp.challenge.metadata", reference = "RFC 9728 §5.1";
        if (metadata.NamedAddress is null)
        {
            report.Warn(
                check, reference, "the challenge does not say where the metadata is",
                "Add resource_metadata=\"…\": not every client looks at the well-known address.");
            return;
        }
        report.Must(
            metadata.Named?.Document is not null, check, reference, $"the challenge names the metadata: {metadata.NamedAddress}",
            $"what the challenge names cannot be read: {Parts.Quote(metadata.NamedAddress)}: {metadata.Named?.Seen ?? "no address"}",
            "Serve the metadata there as application/json with status 200 and without a redirect, or correct the address.");
    }
}

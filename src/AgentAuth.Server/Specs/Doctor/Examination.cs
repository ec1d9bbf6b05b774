namespace AgentAuth.Server.Specs.Doctor;

/// <summary>
/// Walks the checks that decide whether agents can connect: of an MCP server with its authorization servers, of an issuer, or of a client's
/// metadata document; which of them an address is, it finds out.
/// </summary>
internal sealed class Examination(HttpMessageInvoker web, Func<Uri, string?>? whyNot = null)
{
    public const string McpServer = "MCP server";
    public const string IssuerKind = "issuer";
    public const string ClientDocument = "client metadata document";

    /// <summary>A resource may name several authorization servers; clients take one of the first.</summary>
    private const int MaxServers = 3;

    private readonly Reach _reach = new(web, whyNot);

    /// <exception cref="FormatException">It is no address to examine, or nobody answers there.</exception>
    public async Task<Report> RunAsync(string url, CancellationToken stop)
    {
        if (Parts.Web(url) is not { } address || address.Fragment.Length > 0)
        {
            throw new FormatException($"{Parts.Quote(url)} is no address to examine: give one that begins with https:// or http://, "
                + "without user info and fragment.");
        }
        var first = await _reach.GetAsync(address, stop);
        if (first.Trouble is not null && first.Status == 0)
        {
            throw new FormatException($"{url} cannot be reached: {first.Trouble}");
        }
        var report = new Report(url);
        if (ClientDocumentChecks.IsOne(first))
        {
            report.Kind = ClientDocument;
            await new ClientDocumentChecks(_reach, report).RunAsync(url, first, stop);
            return report;
        }
        var greeted = await _reach.GreetAsync(address, stop);
        var metadata = await ResourceDocuments.FindAsync(_reach, address, greeted, stop);
        if (greeted.Status == 401 || metadata.IsAny)
        {
            report.Kind = McpServer;
            await McpAsync(report, address, greeted, metadata, stop);
            return report;
        }
        report.Kind = IssuerKind;
        await new IssuerChecks(_reach, report).RunAsync(url, stop);
        return report;
    }

    private async Task McpAsync(Report report, Uri address, Answer greeted, ResourceDocuments metadata, CancellationToken stop)
    {
        ChallengeChecks.Run(report, greeted, metadata);
        var servers = ResourceMetadataChecks.Run(report, address, metadata);
        foreach (var server in servers.Take(MaxServers))
        {
            await new IssuerChecks(_reach, report).RunAsync(server, stop);
        }
    }
}

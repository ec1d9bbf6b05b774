using System.Text.Json;

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>
/// What an authorization server says about itself, wherever clients look for it (RFC 8414 §3, OpenID Connect Discovery §4).
/// </summary>
internal sealed class IssuerChecks(Reach reach, Report report)
{
    private const string OAuth = "oauth-authorization-server";
    private const string OpenId = "openid-configuration";
    private const string Rfc = "RFC 8414";

    public async Task RunAsync(string issuer, CancellationToken stop)
    {
        var address = new Uri(issuer);
        var places = await PlacesAsync(address, stop);
        var good = places.Where(p => p.Document is not null).ToList();
        if (!report.Must(
            good.Count > 0, "as.metadata", $"{Rfc} §3",
            $"its metadata is at {string.Join(" and ", good.Select(p => p.Address.AbsolutePath))}",
            $"no metadata: {string.Join("; ", places.Select(p => $"{p.Address} answers {p.Seen}"))}",
            "Serve authorization server metadata as application/json with status 200 and without a redirect. Or this is no issuer: give "
                + "the address of an MCP server, an issuer or a client's document."))
        {
            return;
        }
        var document = good[0].Document!.Value;
        Forms(places, good, document);
        if (IsSame(issuer, document))
        {
            await new ServerChecks(reach, report).RunAsync(address, document, stop);
        }
    }

    /// <summary>In the order clients try them.</summary>
    private async Task<List<Answer>> PlacesAsync(Uri issuer, CancellationToken stop)
    {
        List<Uri> addresses = [Parts.WellKnown(issuer, OAuth), Parts.WellKnown(issuer, OpenId)];
        if (Parts.PathOf(issuer).Length > 0)
        {
            addresses.Add(new($"{Parts.OriginOf(issuer)}{Parts.PathOf(issuer)}/.well-known/{OpenId}"));
        }
        var answers = new List<Answer>();
        foreach (var address in addresses)
        {
            answers.Add(await reach.GetFromPageAsync(address, stop));
        }
        return answers;
    }

    private void Forms(List<Answer> places, List<Answer> good, JsonElement document)
    {
        var missing = places.Where(p => p.Document is null).Select(p => $"{p.Address.AbsolutePath} answers {p.Seen}").ToList();
        report.Should(
            missing.Count == 0, "as.metadata.forms", $"{Rfc} §3.1, OpenID Connect Discovery §4.1",
            "every address that clients try has it",
            $"some addresses that clients try lack it: {string.Join("; ", missing)}",
            "Serve the same document there: some clients know only one of the addresses.");
        string[] shared = ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"];
        var differing = shared.Where(name => good.Exists(p => p.Document!.Value.Text(name) != document.Text(name))).ToList();
        report.Must(
            differing.Count == 0, "as.metadata.same", $"{Rfc} §3", "all of them say the same",
            $"they differ in {string.Join(", ", differing)}", "Serve one document at all of the addresses.");
        report.Must(
            good.TrueForAll(p => p.SaysJson), "as.metadata.json", $"{Rfc} §3.2", "it is application/json",
            $"it is sent as {Parts.Quote(good.Find(p => !p.SaysJson)?.ContentType)}", "Send Content-Type: application/json.");
        report.Should(
            good.TrueForAll(p => p.IsOpenToScripts), "as.cors", "MCP Authorization 2026-07-28", "web pages of other origins may read it",
            "a client in a browser cannot read it", "Send Access-Control-Allow-Origin: * with the metadata; it is public.");
    }

    private bool IsSame(string issuer, JsonElement document)
    {
        var said = document.Text("issuer");
        return report.Must(
            said == issuer, "as.issuer", $"{Rfc} §3.3", "issuer is the address it was found by, byte for byte",
            $"issuer is {Parts.Quote(said)}, and it was found by {Parts.Quote(issuer)}",
            said?.TrimEnd('/') == issuer.TrimEnd('/')
                ? "Only the slash at the end differs, and clients must refuse that: spell the issuer the same everywhere, also in the MCP "
                    + "server's authorization_servers."
                : "Name the issuer in authorization_servers, and here, exactly as its metadata does.");
    }
}

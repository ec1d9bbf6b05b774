using System.Text.Json;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>What a protected resource says about itself (RFC 9728).</summary>
internal static class ResourceMetadataChecks
{
    private const string Rfc = "RFC 9728";

    /// <summary>The authorization servers it names.</summary>
    public static IReadOnlyList<string> Run(Report report, Uri address, ResourceDocuments found)
    {
        if (!report.Must(
            found.Document is not null, "prm.found", $"{Rfc} §3",
            $"its metadata is at {found.Chosen?.Address}",
            $"no metadata at {found.AtPath.Address} ({found.AtPath.Seen}) nor at {found.AtRoot.Address} ({found.AtRoot.Seen})",
            "Serve protected resource metadata at one of them, as application/json with status 200."))
        {
            return [];
        }
        var (chosen, document) = (found.Chosen!, found.Document!.Value);
        Places(report, found);
        report.Must(
            chosen.SaysJson, "prm.json", $"{Rfc} §3.2", "it is application/json", $"it is sent as {Parts.Quote(chosen.ContentType)}",
            "Send Content-Type: application/json.");
        IsSame(report, address.OriginalString, document.Text("resource"));
        report.Should(
            chosen.IsOpenToScripts, "prm.cors", $"{Rfc} §3", "web pages of other origins may read it",
            "a client in a browser cannot read it", "Send Access-Control-Allow-Origin: * with it; it is public.");
        Scopes(report, document);
        return Servers(report, document);
    }

    private static void Places(Report report, ResourceDocuments found)
    {
        report.Should(
            found.AtPath.Document is not null, "prm.path", $"{Rfc} §3.1", "it lies at the well-known address of its path",
            $"{found.AtPath.Address} answers {found.AtPath.Seen}", "Serve it there too: clients that miss the challenge look there.");
        var isOther = found.AtRoot.Document is { } root && root.Text("resource") != found.Document!.Value.Text("resource");
        report.Should(
            !isOther, "prm.root", $"{Rfc} §3.1", "nothing else is said at the root of the host",
            $"the root's metadata is about {Parts.Quote(found.AtRoot.Document?.Text("resource"))}",
            "If the host has one MCP server, serve the same at both addresses. If it has several, this is right only while each "
                + "challenge names its own.");
    }

    private static void IsSame(Report report, string asked, string? said)
    {
        const string check = "prm.resource", reference = $"{Rfc} §3.3";
        if (said == asked)
        {
            report.Pass(check, reference, "resource is the address clients use, character for character");
            return;
        }
        var isSlash = said?.TrimEnd('/') == asked.TrimEnd('/');
        var isRootsSlash = isSlash && Parts.Web(asked) is { AbsolutePath: "/" };
        report.Must(
            isRootsSlash, check, reference, "resource is the address of the host, with or without its slash",
            $"resource is {Parts.Quote(said)}, and clients use {Parts.Quote(asked)}",
            isSlash
                ? "Only the slash at the end differs, and clients compare byte for byte: write both the same way, without it."
                : "Set resource to the address clients connect to: scheme, host, port and path as they type it. Behind a proxy that is "
                    + "the outer address.");
    }

    private static void Scopes(Report report, JsonElement document)
    {
        var scopes = document.Texts("scopes_supported");
        report.Should(
            scopes is null || !scopes.Contains("offline_access", StringComparer.Ordinal), "prm.scopes", "MCP Authorization 2026-07-28",
            scopes is { Count: > 0 } ? $"it names {scopes.Count} scopes" : "it names no scopes; clients then ask for none",
            "scopes_supported has offline_access", "Take it out: it is between the client and the authorization server.");
    }

    private static List<string> Servers(Report report, JsonElement document)
    {
        var resource = document.Text("resource");
        report.Should(
            resource is not null && ResourceIdentifier.Canonical(resource) == resource, "prm.audience", "RFC 8707 §2",
            "resource is in its plain form, as the audience of tokens will be",
            $"{Parts.Quote(resource)} can be written in a plainer way",
            "Use lower case for the host, no default port, no fragment and no slash at the end: what clients make of it must be the "
                + "token's aud.");
        var servers = document.Texts("authorization_servers") ?? [];
        var good = servers.Where(s => Parts.Web(s) is { } server && Parts.IsSafe(server)).ToList();
        report.Must(
            good.Count > 0 && good.Count == servers.Count, "prm.authorization-servers", $"{Rfc} §2",
            $"it names its authorization server: {string.Join(", ", good)}",
            servers.Count == 0 ? "it names no authorization server" : "it names an authorization server that is no https address",
            "Set authorization_servers to the issuer, exactly as the issuer's own metadata spells it.");
        return good;
    }
}

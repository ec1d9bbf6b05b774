using System.Text.Json;

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>
/// A client's metadata document, as most authorization servers will judge it (draft-ietf-oauth-client-id-metadata-document §4). This
/// server's own judgement may be stricter.
/// </summary>
internal sealed class ClientDocumentChecks(Reach reach, Report report)
{
    public const int MaxBytes = 5 * 1024;

    private const string Draft = "Client ID Metadata Documents";

    private static readonly string[] Links = ["client_uri", "logo_uri", "tos_uri", "policy_uri", "jwks_uri"];

    public static bool IsOne(Answer answer) => answer.Document is { } document
        && !document.Has("issuer") && (document.Has("client_id") || document.Has("redirect_uris"));

    public async Task RunAsync(string url, Answer answer, CancellationToken stop)
    {
        var (address, document) = (new Uri(url), answer.Document!.Value);
        Address(url, address);
        report.Must(
            answer.SaysJson, "cimd.json", $"{Draft} §4", "it is JSON", $"it is sent as {Parts.Quote(answer.ContentType)}",
            "Send Content-Type: application/json.");
        report.Must(
            answer.Length <= MaxBytes, "cimd.size", $"{Draft} §6.6", $"it has {answer.Length} bytes", $"it has {answer.Length} bytes",
            "Keep it within 5 KB: servers read no further.");
        report.Should(
            answer.CacheControl?.Contains("no-store", StringComparison.OrdinalIgnoreCase) != true, "cimd.cache", $"{Draft} §4.4",
            "it may be cached", "it must not be cached, so it is fetched for every request", "Send Cache-Control: max-age=3600 or so.");
        var said = document.Text("client_id");
        report.Must(
            said == url, "cimd.client-id", $"{Draft} §4.1", "client_id is its own address, byte for byte",
            $"client_id is {Parts.Quote(said)}, and the document lies at {Parts.Quote(url)}",
            "Set client_id to the address of the document.");
        report.Must(
            !string.IsNullOrWhiteSpace(document.Text("client_name")), "cimd.name", $"{Draft} §4.1", "it has a name",
            "client_name is missing", "Set client_name: it is what people see when they are asked.");
        RedirectChecks.Run(report, document.Texts("redirect_uris"));
        Uses(document);
        await ProofAsync(document, stop);
        var bad = Links.Where(n => document.Has(n) && Parts.Web(document.Text(n)) is not { Scheme: "https" } address2
            && !(Parts.Web(document.Text(n)) is { } link && Parts.IsSafe(link) && Parts.IsLoopback(address))).ToList();
        report.Must(
            bad.Count == 0, "cimd.links", $"{Draft} §4.1", "its links are https", $"not https: {string.Join(", ", bad)}",
            "Use https addresses for all links.");
    }

    private void Address(string url, Uri address)
    {
        var hasDots = url.Split('?')[0].Split('/').Any(s => s is "." or "..");
        report.Must(
            Parts.IsSafe(address) && address.AbsolutePath.Length > 1 && !hasDots, "cimd.address", $"{Draft} §3",
            "its address can be a client_id", "its address cannot be a client_id", "Use https, a path, and no dot segments.");
        report.Should(
            address.Query.Length == 0, "cimd.address.query", $"{Draft} §3", "its address has no query", "its address has a query",
            "Leave the query out: it is easily lost or reordered.");
    }

    private void Uses(JsonElement document)
    {
        var (grants, responses) = (document.Texts("grant_types"), document.Texts("response_types"));
        report.Must(
            grants?.Contains("authorization_code", StringComparer.Ordinal) != false
                && responses?.Contains("code", StringComparer.Ordinal) != false,
            "cimd.flow", "RFC 7591 §2", "it uses the code flow", "grant_types lacks authorization_code, or response_types lacks code",
            "List authorization_code, refresh_token and code.");
    }

    /// <summary>A public document can hold no secret: the client proves itself by a key, or not at all.</summary>
    private Task ProofAsync(JsonElement document, CancellationToken stop)
    {
        var hasSecret = document.Has("client_secret");
        report.Must(
            !hasSecret && !document.Has("client_secret_expires_at"), "cimd.secret", $"{Draft} §4.1", "it has no secret",
            hasSecret ? "it has a client_secret for everybody to read"
                : "it has client_secret_expires_at, and must have neither that nor a client_secret",
            hasSecret ? "Take it out, make it invalid where it was good, and use private_key_jwt to prove the client."
                : "Take it out, 0 too: a document has no secret that could end.");
        var method = document.Text("token_endpoint_auth_method");
        report.Must(
            method is null or "none" or "private_key_jwt", "cimd.auth-method", $"{Draft} §4.1",
            $"it proves itself by {method ?? "nothing (none)"}", $"token_endpoint_auth_method is {Parts.Quote(method)}",
            "Use none or private_key_jwt; every method with a shared secret is refused.");
        if (method != "private_key_jwt")
        {
            return Task.CompletedTask;
        }
        if (document.TryGetProperty("jwks", out var keys) && keys.ValueKind == JsonValueKind.Object)
        {
            new KeyChecks(reach, report).Keys(keys, "cimd.keys");
            return Task.CompletedTask;
        }
        return new KeyChecks(reach, report).RunAsync(document.Text("jwks_uri"), "cimd.keys", stop);
    }
}

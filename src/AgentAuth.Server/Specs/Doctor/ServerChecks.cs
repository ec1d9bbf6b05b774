using System.Text.Json;

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>What clients need of an authorization server, as its metadata tells it, and the few things that can be tried without an
/// account.</summary>
internal sealed class ServerChecks(Reach reach, Report report)
{
    private const string Mcp = "MCP Authorization 2026-07-28";

    public async Task RunAsync(Uri issuer, JsonElement document, CancellationToken stop)
    {
        var isSafe = Endpoints(issuer, document);
        Pkce(document);
        report.Must(
            document.Texts("response_types_supported")?.Contains("code", StringComparer.Ordinal) == true, "as.response-types",
            "RFC 8414 §2", "it offers response_type=code", "response_types_supported lacks code", "Offer the authorization code flow.");
        Registration(document);
        Methods(document);
        report.Should(
            document.IsTrue("authorization_response_iss_parameter_supported"), "as.iss", "RFC 9207 §3",
            "it says that answers carry iss", "it does not say that answers carry iss",
            "Put iss in every authorization response, errors too, and set authorization_response_iss_parameter_supported.");
        var scopes = document.Texts("scopes_supported");
        report.Should(
            scopes?.Contains("offline_access", StringComparer.Ordinal) == true, "as.offline-access", Mcp,
            "it offers offline_access, so clients ask for refresh tokens", "scopes_supported lacks offline_access",
            "List it, or ChatGPT, Claude and Copilot Studio will not ask for refresh tokens, and people sign in again and again.");
        await new KeyChecks(reach, report).RunAsync(document.Text("jwks_uri"), "as.jwks", stop);
        if (isSafe)
        {
            await new TrialChecks(reach, report).RunAsync(document, stop);
        }
    }

    private bool Endpoints(Uri issuer, JsonElement document)
    {
        string[] names = ["authorization_endpoint", "token_endpoint"];
        var bad = names.Where(n => Parts.Web(document.Text(n)) is not { } address || !Parts.IsSafe(address)).ToList();
        var areGood = report.Must(
            bad.Count == 0, "as.endpoints", "RFC 8414 §2, OAuth 2.1 §1.5", "its endpoints are there, over HTTPS or on this computer",
            $"missing, or not over HTTPS: {string.Join(", ", bad)}",
            "Serve every endpoint over HTTPS and put its whole address in the metadata.");
        if (areGood)
        {
            report.Should(
                names.All(n => Parts.OriginOf(new Uri(document.Text(n)!)) == Parts.OriginOf(issuer)), "as.endpoints.origin", Mcp,
                "its endpoints are on the issuer's origin", "an endpoint is on another origin than the issuer",
                "Serve them from the issuer's origin: some clients take anything else for an attack.");
        }
        return areGood;
    }

    private void Pkce(JsonElement document)
    {
        var methods = document.Texts("code_challenge_methods_supported");
        report.Must(
            methods?.Contains("S256", StringComparer.Ordinal) == true, "as.pkce", "RFC 7636 §4.2, RFC 8414 §2", "it offers PKCE with S256",
            methods is null ? "code_challenge_methods_supported is missing" : "code_challenge_methods_supported lacks S256",
            "List S256: clients must refuse a server that does not.");
        report.Should(
            methods?.Contains("plain", StringComparer.Ordinal) != true, "as.pkce.plain", "RFC 9700 §2.1.1", "it does not offer plain",
            "it offers PKCE with plain, which protects from nobody who can read the request", "Take plain out and refuse it.");
    }

    /// <summary>How a client that has never been here gets an identifier.</summary>
    private void Registration(JsonElement document)
    {
        const string check = "as.registration", reference = $"{Mcp}, RFC 7591";
        var hasDocuments = document.IsTrue("client_id_metadata_document_supported");
        var endpoint = document.Text("registration_endpoint");
        if (endpoint is not null && (Parts.Web(endpoint) is not { } address || !Parts.IsSafe(address)))
        {
            report.Fail(check, reference, $"registration_endpoint is {Parts.Quote(endpoint)}", "Give a whole https address, or none.");
            return;
        }
        var ways = (hasDocuments, endpoint is not null) switch
        {
            (true, true) => "by client metadata documents and by dynamic registration",
            (true, false) => "by client metadata documents; clients that know only dynamic registration must be registered by hand",
            (false, true) => "by dynamic registration",
            _ => null,
        };
        report.Should(
            ways is not null, check, reference, $"clients can introduce themselves {ways}",
            "clients cannot introduce themselves: neither client metadata documents nor dynamic registration is offered",
            "Switch one of them on, or register each client by hand and put its client_id into the client's settings.");
    }

    private void Methods(JsonElement document)
    {
        var methods = document.Texts("token_endpoint_auth_methods_supported") ?? [];
        var at = methods.ToList().IndexOf("none");
        report.Should(
            at >= 0, "as.none", Mcp, "it takes clients without a secret", "token_endpoint_auth_methods_supported lacks none",
            "List none: programs on people's computers have no secret, and Claude uses its metadata document only where none is listed.");
        report.Must(
            at < 0 || at == methods.Count - 1, "as.none.last", Mcp,
            "none does not stand before other methods", "none stands before other methods in token_endpoint_auth_methods_supported",
            "List none last: some clients take the first method and then leave out the secret they have.");
    }
}

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>What can be tried without an account: a request that must be refused, and how the refusal looks.</summary>
internal sealed class TrialChecks(Reach reach, Report report)
{
    private const string Nobody = "agentauth-doctor-nobody";
    private const string Elsewhere = "https://doctor.invalid/callback";

    /// <summary>The challenge of RFC 7636's appendix B: well-formed, and good for nothing.</summary>
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    public async Task RunAsync(System.Text.Json.JsonElement document, CancellationToken stop)
    {
        var token = await reach.PostFormAsync(new Uri(document.Text("token_endpoint")!), new(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = "agentauth-doctor-no-code",
            ["client_id"] = Nobody,
            ["redirect_uri"] = Elsewhere,
            ["code_verifier"] = Challenge,
        }, stop);
        report.Must(
            token.Status is 400 or 401 && token.SaysJson && token.Parsed()?.Text("error") is { Length: > 0 }, "as.token-errors",
            "RFC 6749 §5.2", $"the token endpoint refuses in JSON: {token.Parsed()?.Text("error")}",
            $"the token endpoint answered {token.Seen} to a code that is none",
            "Answer 400 or 401 with application/json and an error; a firewall or proxy in front must not answer in its place.");
        var authorize = new Uri(document.Text("authorization_endpoint")!);
        var query = $"response_type=code&client_id={Nobody}&redirect_uri={Uri.EscapeDataString(Elsewhere)}&state=x"
            + $"&code_challenge={Challenge}&code_challenge_method=S256";
        var request = new UriBuilder(authorize) { Query = $"{authorize.Query.TrimStart('?')}&{query}".TrimStart('&') };
        var asked = await reach.GetAsync(request.Uri, stop);
        report.Must(
            asked.Location?.StartsWith("https://doctor.invalid", StringComparison.Ordinal) != true, "as.redirect", "RFC 6749 §4.1.2.1",
            "a client nobody registered does not decide where browsers are sent",
            "it sends browsers to an address that nobody registered", "Check client and redirect_uri before anything is sent back.");
    }
}

using System.Text.Json;

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>Published keys (RFC 7517): there, usable, and nothing but public.</summary>
internal sealed class KeyChecks(Reach reach, Report report)
{
    private const string Rfc = "RFC 7517 §4";

    private static readonly string[] Private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    public async Task RunAsync(string? address, string check, CancellationToken stop)
    {
        if (Parts.Web(address) is not { } place || !Parts.IsSafe(place))
        {
            report.Fail(
                check, Rfc, $"jwks_uri is {Parts.Quote(address)}", "Name the whole https address of the keys that verify signatures.");
            return;
        }
        var answer = await reach.GetFromPageAsync(place, stop);
        if (answer.Document is not { } document)
        {
            report.Fail(
                check, Rfc, $"the keys cannot be read: {place} answers {answer.Seen}",
                "Serve the key set there as JSON with status 200 and without a redirect.");
            return;
        }
        Keys(document, check);
    }

    public void Keys(JsonElement document, string check)
    {
        var keys = document.TryGetProperty("keys", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(k => k.ValueKind == JsonValueKind.Object).ToList()
            : [];
        if (keys.Exists(k => Array.Exists(Private, name => k.Has(name))))
        {
            report.Fail(
                check, Rfc, "the key set has the private part of a key",
                "Replace that key now, in this order: publish a new one, sign with it, end every token, then take the old one away.");
            return;
        }
        var usable = keys.Count(k =>
            k.Text("kty") is "EC" or "RSA" or "OKP" && k.Text("use") is null or "sig" && k.Text("kid") is { Length: > 0 });
        report.Must(
            usable > 0, check, Rfc, $"{usable} public {(usable == 1 ? "key" : "keys")} to verify signatures with",
            $"of {keys.Count} keys none can verify a signature: it needs a kid, kty EC, RSA or OKP, and use sig or none",
            "Publish the signing key with a kid.");
    }
}

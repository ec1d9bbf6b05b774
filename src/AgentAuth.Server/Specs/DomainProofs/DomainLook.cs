using System.Net;
using System.Text;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

namespace AgentAuth.Server.Specs.DomainProofs;

/// <summary>Looks for the proof that a host is somebody's: in a file at the host, then in a TXT record below it.</summary>
internal sealed class DomainLook(GuardedWeb web, Outside outside, FetchLimits limits)
{
    /// <summary>Others' words may stand in the file too, but not many.</summary>
    public const int MaxBytes = 4 * 1024;

    private const string Before = "agentauth-domain=";

    public static string FileAt(string host) => $"https://{host}/.well-known/agentauth-domain.txt";

    public static string RecordAt(string host) => $"_agentauth.{host}";

    /// <summary>The line, or the record, that proves it.</summary>
    public static string Line(string token) => Before + token;

    /// <summary>For somebody who waits, and who may not ask without end.</summary>
    public Task<(DomainProof Proof, string? Problem)> LookForAsync(
        string host, string token, IPAddress? caller, CancellationToken stop) =>
        limits.TryTake(new Uri(FileAt(host)), caller, isKnown: false)
        ? LookAsync(host, token, stop)
        : Task.FromResult<(DomainProof, string?)>((DomainProof.None, "The host was asked too often, or is down. Try again in a minute."));

    /// <summary>Where the proof stands, or why it was not found.</summary>
    public async Task<(DomainProof Proof, string? Problem)> LookAsync(string host, string token, CancellationToken stop)
    {
        var answer = await web.GetAsync(new Uri(FileAt(host)), Wanted.Text, MaxBytes, tag: null, stop);
        if (answer.Body is { } body && Has(Encoding.UTF8.GetString(body).Split('\n'), token))
        {
            return (DomainProof.File, null);
        }
        var records = await outside.TextsOf(RecordAt(host), stop);
        return Has(records, token)
            ? (DomainProof.Dns, null)
            : (DomainProof.None, $"The file: {answer.Failure ?? "it does not have the line."} "
                + $"The TXT record: {(records.Count == 0 ? "there is none." : "it is another.")}");
    }

    private static bool Has(IEnumerable<string> lines, string token) =>
        lines.Any(l => l.Trim().TrimStart('\uFEFF').Equals(Line(token), StringComparison.Ordinal));
}

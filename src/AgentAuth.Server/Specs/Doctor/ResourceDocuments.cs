using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>Protected resource metadata wherever clients look for it (RFC 9728 §3.1, §5.1).</summary>
internal sealed partial record ResourceDocuments(Answer? Named, string? NamedAddress, Answer AtPath, Answer AtRoot)
{
    private const string WellKnown = "oauth-protected-resource";
    private const int TimeoutMilliseconds = 1_000;

    public bool IsAny => Named?.Document is not null || AtPath.Document is not null || AtRoot.Document is not null;

    /// <summary>The one a client would use: what the challenge names, else what lies at the path, else at the root.</summary>
    public Answer? Chosen => new[] { Named, AtPath, AtRoot }.FirstOrDefault(a => a?.Document is not null);

    public JsonElement? Document => Chosen?.Document;

    public static async Task<ResourceDocuments> FindAsync(Reach reach, Uri resource, Answer greeted, CancellationToken stop)
    {
        var named = greeted.Challenges.Select(c => InChallenge().Match(c)).FirstOrDefault(m => m.Success)?.Groups["address"].Value;
        var atPath = await reach.GetFromPageAsync(Parts.WellKnown(resource, WellKnown), stop);
        var atRoot = Parts.PathOf(resource).Length == 0
            ? atPath
            : await reach.GetFromPageAsync(new Uri($"{Parts.OriginOf(resource)}/.well-known/{WellKnown}"), stop);
        var address = Parts.Web(named);
        var read = address is null ? null
            : address == atPath.Address ? atPath
            : address == atRoot.Address ? atRoot
            : await reach.GetFromPageAsync(address, stop);
        return new(read, named, atPath, atRoot);
    }

    [GeneratedRegex("resource_metadata\\s*=\\s*\"?(?<address>[^\",\\s]+)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        TimeoutMilliseconds)]
    private static partial Regex InChallenge();
}

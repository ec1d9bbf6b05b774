using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>
/// Which clients nobody allowed anything make room when there are too many: those that come back by themselves first, then those of the
/// network that brought the most, so that a flood pushes out itself. One that came a moment ago has a person before it who is about to say
/// yes: it goes only when nothing else is left.
/// </summary>
internal static class Eviction
{
    public static readonly TimeSpan Young = TimeSpan.FromMinutes(15);

    private const string From = "registered_from";

    /// <summary>The network a registration came from, as a hash, in the place OpenIddict has for more about a client.</summary>
    public static string Note(IPAddress? caller) => JsonSerializer.Serialize(
        new Dictionary<string, string>(StringComparer.Ordinal) { [From] = FailureBooks.KeyOf(CallerNetwork.Of(caller)) });

    public static List<Guid> Choose(IEnumerable<Candidate> all, int many, DateTimeOffset now)
    {
        var chosen = new List<Guid>();
        foreach (var some in all.OrderBy(c => c.CreatedAt).ThenBy(c => c.Id).GroupBy(c => c.CreatedAt > now - Young).OrderBy(g => g.Key))
        {
            chosen.AddRange(some.Where(c => c.Origin == Origin.ByDocument).Select(c => c.Id).Take(many - chosen.Count));
            TakeOfTheLoudest([.. some.Where(c => c.Origin != Origin.ByDocument)], many, chosen);
        }
        return chosen;
    }

    /// <summary>One at a time, of whoever has the most then; the oldest first where several have as many.</summary>
    private static void TakeOfTheLoudest(List<Candidate> some, int many, List<Guid> chosen)
    {
        var networks = some.GroupBy(NetworkOf, StringComparer.Ordinal).Select(g => new Queue<Candidate>(g)).ToList();
        while (chosen.Count < many && networks.MaxBy(n => n.Count) is { Count: > 0 } loudest)
        {
            chosen.Add(loudest.Dequeue().Id);
        }
    }

    /// <summary>Of those that have none, from before or by hand, nobody knows whose they are: they count as one network.</summary>
    private static string NetworkOf(Candidate client)
    {
        if (client.Properties is not { } json)
        {
            return "";
        }
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty(From, out var from) && from.GetString() is { } network ? network : "";
    }

    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Candidate(Guid Id, Origin Origin, DateTimeOffset CreatedAt, string? Properties);
}

using AgentAuth.SampleMcp;

namespace AgentAuth.Demo.Agents;

/// <summary>What came of the last thing the agent did; the page has the words.</summary>
internal enum Outcome { Nothing, Connected, Read, Sent, Cancelled, NeedsMore, Removed, Failed }

/// <summary>What the agent remembers for one browser. Its tokens stay here and reach no page.</summary>
public sealed class Visit
{
    internal (string State, string Verifier)? Asked { get; set; }
    internal (string Access, string Refresh, DateTimeOffset Ends)? Tokens { get; set; }
    internal string[] Scopes { get; set; } = [];
    internal string[] Missing { get; set; } = [];
    internal MailMessage[] Messages { get; set; } = [];
    internal (Outcome Outcome, string Detail) Last { get; set; }
    internal (string Title, string Detail)[] Wire { get; private set; } = [];

    internal void Note(string title, string detail) => Wire = [.. Wire.TakeLast(59), (title, detail)];
}

/// <summary>The browsers that came by, each known by a random cookie; the oldest make room.</summary>
internal sealed class Visits
{
    private const string Cookie = "agentauth-demo-agent"; // cookies know no ports: the name must be nobody else's
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, Visit> _visits = new(StringComparer.Ordinal);

    public Visit Of(HttpContext http)
    {
        lock (_gate)
        {
            if (http.Request.Cookies[Cookie] is { } known && _visits.TryGetValue(known, out var visit))
            {
                return visit;
            }
            if (_visits.Count == 100)
            {
                _visits.RemoveAt(0);
            }
            var id = AgentClient.NewSecret();
            http.Response.Cookies.Append(Cookie, id, new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps });
            return _visits[id] = new();
        }
    }
}

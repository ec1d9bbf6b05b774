using AgentAuth.ResourceServer.Objects;

namespace AgentAuth.ResourceServer;

/// <summary>What one protected resource is, whom it trusts and how it hears of removed grants. Checked when the host starts.</summary>
public sealed class AgentAuthOptions
{
    /// <summary>The authorization server, exactly as it names itself in <c>iss</c>; compared byte by byte.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>This resource's identifier: the URL its clients use. Only tokens with this exact audience are accepted.</summary>
    public string Resource { get; set; } = "";

    /// <summary>A name for people, shown when they are asked for consent.</summary>
    public string? ResourceName { get; set; }

    /// <summary>A page for developers.</summary>
    public string? ResourceDocumentation { get; set; }

    /// <summary>Every scope this resource knows. <c>offline_access</c> is never listed: it concerns the client, not the resource.</summary>
    public IList<string> ScopesSupported { get; set; } = [];

    /// <summary>The scopes a first 401 asks for; all of <see cref="ScopesSupported"/> when empty.</summary>
    public IList<string> ChallengeScopes { get; set; } = [];

    /// <summary>Scopes that contain others: <c>["mail"] = ["mail.read", "mail.send"]</c>.</summary>
    public IDictionary<string, string[]> ImpliedScopes { get; set; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>Scopes of MCP tools by name, beside what <see cref="Mcp.RequiresScopeAttribute"/> says of them.</summary>
    public IDictionary<string, string[]> ToolScopes { get; set; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>Accepted signature algorithms. Asymmetric ones only.</summary>
    public IList<string> Algorithms { get; set; } = ["ES256"];

    /// <summary>The resource's own account at the authorization server: reads the revocation events and introspects.</summary>
    public string? AccountClientId { get; set; }

    /// <summary>The secret of <see cref="AccountClientId"/>.</summary>
    public string? AccountClientSecret { get; set; }

    /// <summary>Says yes to running without an account: a removed grant then works on until its token expires.</summary>
    public bool AllowUnrevocableTokens { get; set; }

    /// <summary>
    /// Which of a person's things may be picked on the consent page, given the person's subject; at most 200 are offered. Null when the
    /// resource offers no choice. Served at <c>/.well-known/agentauth-objects</c> plus the resource's path, to the issuer alone.
    /// </summary>
    public Func<string, CancellationToken, ValueTask<IReadOnlyList<PickableObject>>>? Objects { get; set; }

    /// <summary>How long a call waits for the person's yes before the agent is told to call again.</summary>
    public TimeSpan ApprovalWait { get; set; } = TimeSpan.FromSeconds(50);

    /// <summary>How long silence from the event stream is borne before each request is asked about at the authorization server.</summary>
    public TimeSpan RevocationGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Tells the authorization server how often agents used each permission and tool, and why calls were refused, so that people see what
    /// is done in their name. Counted in memory and sent every few seconds; nothing of what was asked or answered is in it. Needs the
    /// account.
    /// </summary>
    public bool ReportUsage { get; set; } = true;

    /// <summary>
    /// Web pages of these origins may call the resource, and get CORS headers; <c>*</c> is any. The resource's own origin may always,
    /// and loopback ones when the resource itself is on loopback.
    /// </summary>
    public IList<string> AllowedOrigins { get; set; } = [];

    /// <summary>The largest MCP request read, in bytes. A larger one is answered 413.</summary>
    public int MaxMcpRequestBytes { get; set; } = 1024 * 1024;

    /// <summary>Somebody is told what happens here, and knows who tells it.</summary>
    internal bool Reports => ReportUsage && !string.IsNullOrEmpty(AccountClientId);
}

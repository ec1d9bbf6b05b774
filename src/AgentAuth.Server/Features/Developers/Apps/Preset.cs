namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>How an app proves itself at the token endpoint.</summary>
internal enum AppProof
{
    /// <summary>Not at all: a program on people's computers keeps no secret.</summary>
    None = 0,

    Secret = 1,

    /// <summary>By a signature of its own key (RFC 7523).</summary>
    Key = 2,
}

/// <summary>A client many people use, with what must be registered for it; docs/guides says what to type there.</summary>
internal sealed record Preset(string Key, string Name, bool IsNative, AppProof Proof, params string[] Redirects)
{
    /// <summary>Its page of the guides; null when there is none.</summary>
    public string? Guide { get; init; }

    /// <summary>How it does without a registration, where it can.</summary>
    public string? Introduces { get; init; }

    public string? Hint { get; init; }

    private const string ByDocument = "This client can also introduce itself, by its metadata document: then there is nothing to register.";
    private const string ByAsking = "This client can also introduce itself, by dynamic registration, where that is open.";

    public static Preset Own { get; } = new("own", "My own", IsNative: true, AppProof.None, "http://127.0.0.1/callback")
    {
        Guide = "csharp",
        Hint = "For a program on people's computers the port is not compared. For a web server, put in its https address.",
        Introduces = "Your app can also introduce itself: publish a client ID metadata document, and its address is the client id.",
    };

    public static IReadOnlyList<Preset> All { get; } =
    [
        Own,
        new(
            "claude", "Claude", IsNative: false, AppProof.None,
            "https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback")
        {
            Guide = "claude", Introduces = ByDocument,
        },
        new("claude-code", "Claude Code", IsNative: true, AppProof.None, "http://localhost/callback", "http://127.0.0.1/callback")
        {
            Guide = "claude-code", Introduces = ByDocument, Hint = "The port is another each time and is not compared.",
        },
        new(
            "chatgpt", "ChatGPT", IsNative: false, AppProof.Secret, "https://chatgpt.com/connector_platform_oauth_redirect")
        {
            Guide = "chatgpt", Introduces = ByDocument,
            Hint = "Add the address that ChatGPT shows for the connector too: https://chatgpt.com/connector/oauth/…",
        },
        new(
            "vs-code", "VS Code", IsNative: true, AppProof.None,
            "https://vscode.dev/redirect", "https://insiders.vscode.dev/redirect", "http://127.0.0.1/", "http://127.0.0.1:33418/")
        {
            Guide = "vs-code", Introduces = ByDocument,
        },
        new(
            "cursor", "Cursor", IsNative: true, AppProof.None,
            "cursor://anysphere.cursor-mcp/oauth/callback", "https://www.cursor.com/agents/mcp/oauth/callback",
            "http://localhost:8787/callback")
        {
            Guide = "cursor", Introduces = ByAsking, Hint = "Cursor wants all three.",
        },
        new("codex", "Codex", IsNative: true, AppProof.None, "http://127.0.0.1/callback")
        {
            Guide = "codex", Introduces = ByDocument,
            Hint = "The port is another each time and is not compared. Where Codex sends a path below /callback, add that address too.",
        },
        new("gemini-cli", "Gemini CLI", IsNative: true, AppProof.None, "http://localhost/oauth/callback")
        {
            Guide = "gemini-cli", Introduces = ByAsking, Hint = "The port is another each time and is not compared.",
        },
        new(
            "mcp-inspector", "MCP Inspector", IsNative: true, AppProof.None,
            "http://localhost:6274/oauth/callback", "http://127.0.0.1:6274/oauth/callback", "http://127.0.0.1:6276/oauth/callback")
        {
            Guide = "mcp-inspector", Introduces = ByDocument,
        },
    ];

    /// <summary>The client whose redirect addresses these are; where several have them, the one of that name.</summary>
    public static Preset Of(string name, IReadOnlyList<string> redirects)
    {
        var fitting = All.Where(p => p.Redirects.Intersect(redirects, StringComparer.Ordinal).Any()).ToList();
        return fitting.Find(p => p.Name == name) ?? fitting.FirstOrDefault() ?? Own;
    }

    public static Preset Named(string? key) => All.FirstOrDefault(p => p.Key == key) ?? Own;
}

namespace AgentAuth.Server.Specs.Uts39Confusables;

/// <summary>A name that people trust, and the hosts that may bear it; what lies below a host is its own.</summary>
internal sealed record KnownName(string Name, params IReadOnlyList<string> Hosts)
{
    /// <summary>Shorter ones are part of too many other names: those must be the whole name to be taken for it.</summary>
    private const int MinPart = 6;

    /// <summary>They begin with a known name and are words of their own.</summary>
    private static readonly string[] OtherWords = ["claudett", "openair", "windsurfing", "windsurfer"];

    private readonly string _skeleton = Skeleton.Of(Name);
    private readonly string _written = Skeleton.Of(Name, areStrokesOne: false);

    /// <summary>Many know it, and few use the word for anything else: more is taken for it than where only this server knows it.</summary>
    public bool IsFamous { get; private init; }

    /// <summary>Widely used agents and their makers, which people are most likely to be shown a false one of.</summary>
    public static IReadOnlyList<KnownName> Famous { get; } =
    [
        Widely("Claude", "claude.ai", "claude.com", "anthropic.com"),
        Widely("Anthropic", "anthropic.com", "claude.ai", "claude.com"),
        Widely("ChatGPT", "chatgpt.com", "openai.com"),
        Widely("OpenAI", "openai.com", "chatgpt.com"),
        Widely("Codex", "openai.com", "chatgpt.com"),
        Widely("Codex CLI", "openai.com", "chatgpt.com"),
        Widely("Gemini", "google.com", "googleapis.com"),
        Widely("Google", "google.com", "googleapis.com"),
        Widely("Copilot", "microsoft.com", "github.com", "githubcopilot.com", "powerplatform.com"),
        Widely("Microsoft", "microsoft.com", "microsoftonline.com", "azure.com", "powerplatform.com", "vscode.dev"),
        Widely("GitHub", "github.com", "githubcopilot.com"),
        Widely("VS Code", "vscode.dev", "visualstudio.com", "microsoft.com"),
        Widely("Visual Studio Code", "vscode.dev", "visualstudio.com", "microsoft.com"),
        Widely("Cursor", "cursor.com", "cursor.sh"),
        Widely("Windsurf", "windsurf.com", "codeium.com"),
        Widely("Perplexity", "perplexity.ai"),
        Widely("Mistral", "mistral.ai"),
        Widely("DeepSeek", "deepseek.com"),
        Widely("Slack", "slack.com"),
        Widely("JetBrains", "jetbrains.com"),
        Widely("Replit", "replit.com"),
        Widely("Grok", "grok.com", "x.ai"),
        Widely("MCP Inspector", "modelcontextprotocol.io"),
        Widely("AgentAuth"),
    ];

    public bool Owns(string host) => Hosts.Any(h =>
        host.Equals(h, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + h, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether words can be taken for this name, or have it among them.</summary>
    public bool IsIn(IReadOnlyList<string> words) => _skeleton.Length >= MinPart
        ? Runs(words, _skeleton.Length).Any(run => run == _skeleton || Dressing.IsAround(_skeleton, run))
        : _skeleton.Length > 0 && (string.Concat(words) == _skeleton
            || (IsFamous && string.Concat(words.Where(w => !Dressing.Has(w))) == _skeleton));

    /// <summary>
    /// Whether a host can be: whoever looks for claude.ai reads claudeverify.com as theirs. So a word that begins with the name is enough,
    /// except those that are known to mean something else.
    /// </summary>
    /// <param name="labels">Its words by their looks.</param>
    /// <param name="written">The same, with I and l told apart: openalex.org is not OpenAI's.</param>
    public bool IsInHost(IReadOnlyList<string> labels, IReadOnlyList<string> written) => Hosts.Count > 0
        && (IsIn(labels) || (IsFamous && _written.Length >= MinPart && Runs(written, _written.Length).Any(run =>
            run.StartsWith(_written, StringComparison.Ordinal)
            && !OtherWords.Any(other => run.StartsWith(other, StringComparison.Ordinal)))));

    private static KnownName Widely(string name, params string[] hosts) => new(name, hosts) { IsFamous = true };

    /// <summary>From each word on, as many as it takes to be so long.</summary>
    private static IEnumerable<string> Runs(IReadOnlyList<string> words, int length)
    {
        for (var first = 0; first < words.Count; first++)
        {
            var run = words[first];
            for (var next = first + 1; next < words.Count && run.Length < length; next++)
            {
                run += words[next];
            }
            if (run.Length >= length)
            {
                yield return run;
            }
        }
    }
}

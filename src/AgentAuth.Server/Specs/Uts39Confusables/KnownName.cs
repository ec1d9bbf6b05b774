namespace AgentAuth.Server.Specs.Uts39Confusables;

/// <summary>A name that people trust, and the hosts that may bear it; what lies below a host is its own.</summary>
internal sealed record KnownName(string Name, params IReadOnlyList<string> Hosts)
{
    /// <summary>Shorter ones are part of too many other names: those must be the whole name to be taken for it.</summary>
    private const int MinPart = 6;

    private readonly string _skeleton = Skeleton.Of(Name);

    /// <summary>Widely used agents and their makers, which people are most likely to be shown a false one of.</summary>
    public static IReadOnlyList<KnownName> Famous { get; } =
    [
        new("Claude", "claude.ai", "claude.com", "anthropic.com"),
        new("Anthropic", "anthropic.com", "claude.ai", "claude.com"),
        new("ChatGPT", "chatgpt.com", "openai.com"),
        new("OpenAI", "openai.com", "chatgpt.com"),
        new("Codex", "openai.com", "chatgpt.com"),
        new("Gemini", "google.com", "googleapis.com"),
        new("Google", "google.com", "googleapis.com"),
        new("Copilot", "microsoft.com", "github.com", "copilotstudio.microsoft.com", "powerplatform.com"),
        new("Microsoft", "microsoft.com", "azure.com", "powerplatform.com", "vscode.dev"),
        new("GitHub", "github.com", "githubcopilot.com"),
        new("VS Code", "vscode.dev", "visualstudio.com", "microsoft.com"),
        new("Visual Studio Code", "vscode.dev", "visualstudio.com", "microsoft.com"),
        new("Cursor", "cursor.com", "cursor.sh"),
        new("Windsurf", "windsurf.com", "codeium.com"),
        new("Perplexity", "perplexity.ai"),
        new("Mistral", "mistral.ai"),
        new("DeepSeek", "deepseek.com"),
        new("Slack", "slack.com"),
        new("AgentAuth"),
    ];

    public bool Owns(string host) => Hosts.Any(h =>
        host.Equals(h, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + h, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether words can be taken for this name, or have it among them.</summary>
    public bool IsIn(IReadOnlyList<string> words)
    {
        if (_skeleton.Length < MinPart)
        {
            return string.Concat(words) == _skeleton;
        }
        for (var first = 0; first < words.Count; first++)
        {
            for (var (last, run) = (first, ""); last < words.Count && run.Length < _skeleton.Length; last++)
            {
                run += words[last];
                if (run == _skeleton)
                {
                    return true;
                }
            }
        }
        return false;
    }
}

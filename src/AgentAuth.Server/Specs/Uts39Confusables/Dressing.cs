namespace AgentAuth.Server.Specs.Uts39Confusables;

/// <summary>Words that are put around a name without making it another's.</summary>
internal static class Dressing
{
    private static readonly string[] Words =
    [
        "the", "a", "my", "get", "try", "use", "go", "official", "real", "new", "ai", "app", "apps", "agent", "agents", "api", "assistant",
        "auth", "bot", "chat", "cli", "client", "cloud", "code", "connect", "connector", "desktop", "dev", "extension", "for", "help", "hq",
        "ide", "inc", "integration", "labs", "llm", "login", "mail", "max", "mcp", "mobile", "oauth", "online", "plugin", "plus", "portal",
        "pro", "secure", "service", "signin", "sso", "studio", "support", "team", "tool", "tools", "verify", "web",
    ];

    private static readonly HashSet<string> Skeletons = [.. Words.Select(w => Skeleton.Of(w))];

    private static readonly HashSet<string> Digits = [.. "0123456789".Select(d => Skeleton.Of(d.ToString()))];

    /// <summary>A number says which one of several; each of its digits is a word here.</summary>
    public static bool Has(string word) => Skeletons.Contains(word) || Digits.Contains(word);

    /// <summary>Whether a word is the name and dressing that is written together with it.</summary>
    public static bool IsAround(string name, string word)
    {
        var at = word.IndexOf(name, StringComparison.Ordinal);
        return at >= 0 && IsNothingOrDressing(word[..at]) && IsNothingOrDressing(word[(at + name.Length)..]);
    }

    private static bool IsNothingOrDressing(string word) => word.Length == 0 || Skeletons.Contains(word);
}

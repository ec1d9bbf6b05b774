namespace AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

/// <summary>What an answer must be, to be read at all: pages that say something else are no answer.</summary>
internal sealed record Wanted(params IReadOnlyList<string> Types)
{
    public static Wanted Json { get; } = new("application/json");

    public static Wanted Text { get; } = new("text/plain");

    public static Wanted Picture { get; } = new("image/png", "image/jpeg");

    public bool Takes(string? type) =>
        type is not null && (Types.Contains(type, StringComparer.OrdinalIgnoreCase) || (this == Json && IsKindOfJson(type)));

    private static bool IsKindOfJson(string type) =>
        type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
}

using System.Buffers;

namespace AgentAuth.ResourceServer;

/// <summary>Sums over scopes: what a token's scopes amount to, and what an operation still lacks.</summary>
internal static class ScopeSet
{
    private const string OfflineAccess = "offline_access";

    // RFC 6749 §3.3. Also what keeps a scope from breaking out of the quotes of a challenge.
    private static readonly SearchValues<char> ScopeChars = SearchValues.Create(
        [.. Enumerable.Range(0x21, 0x5E).Select(code => (char)code).Where(character => character is not '"' and not '\\')]);

    public static bool IsScopeToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(ScopeChars);

    public static string[] Listed(IEnumerable<string> scopes) =>
        [.. scopes.Where(scope => scope != OfflineAccess).Distinct(StringComparer.Ordinal)];

    /// <summary>The granted scopes and all they contain, to any depth.</summary>
    public static IReadOnlyList<string> WithImplied(IEnumerable<string> granted, IDictionary<string, string[]> implied)
    {
        var held = granted.Distinct(StringComparer.Ordinal).ToList();
        if (implied.Count == 0)
        {
            return held;
        }

        for (var i = 0; i < held.Count; i++)
        {
            if (implied.TryGetValue(held[i], out var contained))
            {
                held.AddRange(contained.Except(held, StringComparer.Ordinal).ToList());
            }
        }

        return held;
    }

    public static bool Covers(IReadOnlyList<string> held, IEnumerable<string> needed)
    {
        foreach (var scope in needed)
        {
            if (!held.Contains(scope, StringComparer.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}

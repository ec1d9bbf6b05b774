using System.Text.RegularExpressions;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Tokens.Usage;

/// <summary>
/// What a reported call was, as the feed keeps it: the scope and the tool, with a word before them when it was refused. Neither has a blank
/// in it, and what is no such word is left out: people read it.
/// </summary>
internal sealed partial record CallName(string? Error, string? Scope, string? Tool)
{
    public const int MaxErrorLength = 40;

    private const string None = "-";
    private const int TimeoutMilliseconds = 1_000;

    /// <param name="use">What was reported.</param>
    /// <param name="known">The scopes of the resource: no other is kept.</param>
    public static CallName Of(Use use, IReadOnlyCollection<string> known) => new(
        use.Error is { Length: <= MaxErrorLength } error && ErrorName().IsMatch(error) ? error : null,
        use.Scope is not null && known.Contains(use.Scope, StringComparer.Ordinal) ? use.Scope : null,
        use.Tool is not null && ToolName().IsMatch(use.Tool) ? use.Tool : null);

    public static CallName OfCall(string? kept) => Of(error: null, Parts(kept));

    public static CallName OfRefusal(string? kept) =>
        Parts(kept) is [var error, .. var rest] ? Of(Said(error), rest) : new(null, null, null);

    /// <summary>For a call that was let in.</summary>
    public string? KeptAsCall => Tool is null ? Scope : Fitting($"{Scope ?? None} {Tool}");

    public string KeptAsRefusal => Tool is null && Scope is null
        ? Error ?? None
        : Fitting($"{Error ?? None} {Scope ?? None} {Tool}".TrimEnd());

    private static CallName Of(string? error, string[] parts) =>
        new(error, parts.Length > 0 ? Said(parts[0]) : null, parts.Length > 1 ? Said(parts[1]) : null);

    private static string[] Parts(string? kept) => (kept ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string? Said(string part) => part == None ? null : part;

    /// <summary>Without the tool, when that would be too long.</summary>
    private string Fitting(string text) =>
        text.Length <= Activity.MaxWhatLength ? text : (this with { Tool = null }) is var shorter && Error is null
            ? shorter.KeptAsCall ?? None
            : shorter.KeptAsRefusal;

    [GeneratedRegex(@"\A[a-z][a-z_]*\z", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex ErrorName();

    [GeneratedRegex(@"\A[A-Za-z0-9_./-]{1,128}\z", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex ToolName();
}

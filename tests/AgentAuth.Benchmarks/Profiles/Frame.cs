using System.Text.RegularExpressions;

namespace AgentAuth.Benchmarks.Profiles;

/// <summary>One line of a stack as perf tells it: the library it belongs to, and the method without its types and offsets.</summary>
internal sealed partial record Frame(string Library, string Method)
{
    private const int TimeoutMilliseconds = 1_000;

    public static Frame? Read(string line)
    {
        var told = Line().Match(line);
        if (!told.Success)
        {
            return null;
        }
        var (symbol, file) = (Offset().Replace(told.Groups["symbol"].Value, ""), Path.GetFileName(told.Groups["file"].Value));
        if (!file.StartsWith("perf-", StringComparison.Ordinal))
        {
            return new(file.Contains("kernel", StringComparison.Ordinal) ? "kernel" : file, symbol);
        }
        // "returned-type [Library] Type::Method(types)[tier]"; types in front and behind may name libraries of their own.
        var at = symbol.IndexOf("::", StringComparison.Ordinal);
        var library = at < 0 ? null : Named().Matches(symbol[..at]).LastOrDefault();
        if (library is null)
        {
            return new("stubs", symbol);
        }
        var method = Brackets().Replace(symbol[(library.Index + library.Length)..].Split('(')[0], "");
        return new(library.Groups["name"].Value, StateMachine().Replace(method, "::${method}"));
    }

    public override string ToString() => $"{Library}!{Method}";

    [GeneratedRegex(@"^\s+[0-9a-f]+ (?<symbol>.*) \((?<file>.*)\)$", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex Line();

    [GeneratedRegex(@"\+0x[0-9a-f]+$", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex Offset();

    [GeneratedRegex(@"\[(?<name>[\w. -]+)\] ", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex Named();

    [GeneratedRegex(@"`\d+|\[[^\[\]]*\]", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex Brackets();

    [GeneratedRegex(@"\+<(?<method>\w+)>d__\d+::MoveNext", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex StateMachine();
}

using System.Reflection;
using System.Text.RegularExpressions;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.House;

/// <summary>docs/specs.md says for each document who implements it, where, and which tests hold us to it; these keep it true.</summary>
public sealed partial class SpecsMapTests
{
    private const int TimeoutMilliseconds = 1_000;

    private static readonly string Map = File.ReadAllText(Repository.At("docs", "specs.md"));

    [Fact]
    public void Every_place_the_map_names_exists() =>
        Assert.Empty(Places(Map).Where(place => !File.Exists(Repository.At(place)) && !Directory.Exists(Repository.At(place))));

    [Fact]
    public void Every_document_we_implement_is_on_the_map()
    {
        var folders = Directory.GetDirectories(Repository.At("src", "AgentAuth.Server", "Specs")).Select(Path.GetFileName);

        Assert.Empty(folders.Where(folder => !Map.Contains($"Specs/{folder}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_document_and_rule_a_test_names_is_on_the_map()
    {
        var named = typeof(SpecsMapTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<SpecAttribute>())
            .Select(spec => spec.Document)
            .Distinct(StringComparer.Ordinal);

        Assert.Empty(named.Where(document => !IsOn(Map, document)));
    }

    [Fact]
    public void A_planted_place_and_a_planted_document_are_found()
    {
        Assert.Equal(["src/AgentAuth.Server/Specs/Rfc0000Planted"], Places("| `src/AgentAuth.Server/Specs/Rfc0000Planted` |"));
        Assert.False(IsOn("| AA-T0011 | RFC 67490 |", "RFC 6749"));
        Assert.False(IsOn("| AA-T0011 | RFC 67490 |", "AA-T001"));
    }

    private static bool IsOn(string map, string document) => Regex.IsMatch(
        map, $@"(?<![\w-]){Regex.Escape(document)}(?!\w)", RegexOptions.None, TimeSpan.FromMilliseconds(TimeoutMilliseconds));

    private static IEnumerable<string> Places(string map) =>
        Place().Matches(map).Select(match => match.Groups["place"].Value).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"`(?<place>(?:src|tests|docs)/[^`\s]+)`", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex Place();
}

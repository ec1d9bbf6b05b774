using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentAuth.Server.Tests.House;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Signals;

/// <summary>The dashboard and the page about it speak of what there is, and of all of it.</summary>
[Collection(nameof(Measured))]
public sealed partial class DashboardTests
{
    private const int TimeoutMilliseconds = 1_000;

    [Fact]
    public void The_dashboard_shows_every_instrument_and_names_none_there_is_not()
    {
        using var measured = new Measured();
        var shown = Shown(File.ReadAllText(Repository.At("docs", "grafana", "agentauth.json")));
        var known = measured.Instruments.ToDictionary(i => i.Name, Translated, StringComparer.Ordinal);

        Assert.Empty(shown.Except(known.Values.SelectMany(n => n), StringComparer.Ordinal));
        Assert.Empty(known.Where(i => !i.Value.Exists(shown.Contains)).Select(i => i.Key));
    }

    [Fact]
    public void The_page_describes_every_instrument_with_its_unit()
    {
        using var measured = new Measured();
        var page = File.ReadAllText(Repository.At("docs", "observe.md"));

        Assert.Empty(measured.Instruments.Select(i => $"| `{i.Name}` | {i.Unit} |")
            .Where(row => !page.Contains(row, StringComparison.Ordinal)));
        Assert.Empty(Own().Matches(page).Select(m => m.Value).Except(measured.Instruments.Select(i => i.Name), StringComparer.Ordinal));
    }

    [Fact]
    public void A_planted_metric_and_a_missing_one_are_found()
    {
        Assert.Equal(["agentauth_planted_total"], Shown("""{"panels":[{"targets":[{"expr":"rate(agentauth_planted_total[5m])"}]}]}"""));
        Assert.Empty(Shown("""{"panels":[{"title":"agentauth_in_words_only"}]}"""));
    }

    private static HashSet<string> Shown(string dashboard) => JsonDocument.Parse(dashboard).RootElement.GetProperty("panels")
        .EnumerateArray()
        .SelectMany(p => p.TryGetProperty("targets", out var targets) ? targets.EnumerateArray().ToList() : [])
        .SelectMany(t => Prometheus().Matches(t.GetProperty("expr").GetString()!).Select(m => m.Value))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>As Prometheus stores what comes by OTLP: dots are underscores, the unit and the kind come after the name.</summary>
    private static List<string> Translated(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "");
        return instrument switch
        {
            Histogram<double> => [$"{name}_bucket", $"{name}_sum", $"{name}_count"],
            Counter<long> => [$"{name}_total"],
            _ => [name],
        };
    }

    [GeneratedRegex(@"\bagentauth_[a-z_]+", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex Prometheus();

    [GeneratedRegex(@"(?<=^\| `)agentauth\.[a-z_.]+(?=`)", RegexOptions.Multiline, TimeoutMilliseconds)]
    private static partial Regex Own();
}

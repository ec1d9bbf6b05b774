using System.Globalization;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>
/// How far the fault procedures go. In the default run each is short; AGENTAUTH_TESTS_FAULTS is <c>full</c> for all of it, or the
/// percentage of that to be done.
/// </summary>
internal static class Extent
{
    private static readonly int Percent = Environment.GetEnvironmentVariable("AGENTAUTH_TESTS_FAULTS") switch
    {
        null or "" => 0,
        "full" => 100,
        var percent => int.Parse(percent, CultureInfo.InvariantCulture),
    };

    public static int Of(int brief, int full) => Percent == 0 ? brief : Math.Max(brief, full * Percent / 100);

    public static TimeSpan Of(TimeSpan brief, TimeSpan full) => Percent == 0 || full < brief ? brief : full;

    /// <summary>Keeps what was measured where it can be looked at after the run, and shows it in the run.</summary>
    public static async Task NoteAsync(string procedure, IReadOnlyCollection<string> figures)
    {
        foreach (var figure in figures)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(figure);
        }

        await File.WriteAllLinesAsync(
            Path.Combine(Repository.Results("faults"), $"{procedure}.txt"), figures, TestContext.Current.CancellationToken);
    }
}

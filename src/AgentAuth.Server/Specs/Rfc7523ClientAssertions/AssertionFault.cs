using System.Globalization;
using AgentAuth.Server.Specs.Refusals;

namespace AgentAuth.Server.Specs.Rfc7523ClientAssertions;

/// <summary>Why an assertion proves nothing. The words are for who may read the explanation; the answer has none of them.</summary>
internal sealed record AssertionFault(Rule Rule, string Words)
{
    private const int MaxShown = 100;

    /// <summary>What was sent, cut short.</summary>
    public static string Shown(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "…";

    public static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>How far two clocks are apart, in the unit people say it in.</summary>
    public static string Apart(TimeSpan time)
    {
        var apart = time.Duration();
        var (count, unit) = apart.TotalSeconds < 120 ? (apart.TotalSeconds, "seconds")
            : apart.TotalMinutes < 120 ? (apart.TotalMinutes, "minutes")
            : apart.TotalHours < 48 ? (apart.TotalHours, "hours") : (apart.TotalDays, "days");
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(count):0} {unit}");
    }
}

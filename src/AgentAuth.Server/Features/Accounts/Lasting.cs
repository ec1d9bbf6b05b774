using System.Globalization;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>How much longer an agent may go on: one of a few lengths, or until the end of a day.</summary>
internal sealed record Lasting(string Value, string Words, int Days)
{
    public const string Usual = "month";

    private const string Unending = "unending";
    private const int MostDays = 3_650;

    private static readonly Lasting[] All =
    [
        new("day", "a day", 1), new("week", "a week", 7), new(Usual, "30 days", 30), new("quarter", "90 days", 90),
        new(Unending, "until I remove it", 0),
    ];

    public static IEnumerable<Lasting> Offered(bool isProved) => All.Where(l => isProved || l.Value != Unending);

    public static string Problem(bool isProved) => isProved
        ? "Choose a day that is still to come, at most ten years from now."
        : "Choose a day that is still to come, at most 90 days from now.";

    /// <summary>The instant it ends; null for what is no choice, no day, or a day that may not be. A day is one of UTC.</summary>
    public static DateTimeOffset? End(string? lasts, string? until, bool isProved, DateTimeOffset now)
    {
        if (!string.IsNullOrWhiteSpace(until))
        {
            var today = DateOnly.FromDateTime(now.UtcDateTime);
            return DateOnly.TryParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && day > today && day < today.AddDays(isProved ? MostDays : Terms.Longest.Days) // to the end of it
                ? new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
                : null;
        }
        return Offered(isProved).FirstOrDefault(l => l.Value == lasts) switch
        {
            null => null,
            { Value: Unending } => Grant.Unending,
            var chosen => now.AddDays(chosen.Days),
        };
    }
}

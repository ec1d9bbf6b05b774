using System.Globalization;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.Shared;

/// <summary>One answer to "for how long?".</summary>
/// <param name="Value">What the form posts.</param>
/// <param name="EndsAt">No token outlives it.</param>
/// <param name="Label">What the person picks.</param>
/// <param name="For">The same as the end of a sentence: "for 30 days".</param>
/// <param name="Until">The end in the words of the person's language.</param>
internal sealed record Term(string Value, DateTimeOffset EndsAt, string Label, string For, string Until)
{
    /// <summary>It ends with this session too.</summary>
    public string? SessionId { get; init; }
}

/// <summary>What the ends are counted from.</summary>
/// <param name="Now">The instant of the question.</param>
/// <param name="Usual">What an operator set as the longest that is proposed; people may choose a longer one.</param>
/// <param name="SessionId">The session the person is asked in.</param>
/// <param name="SessionEndsAt">When it ends at the latest.</param>
internal sealed record TermLimits(DateTimeOffset Now, TimeSpan Usual, string SessionId, DateTimeOffset SessionEndsAt);

/// <summary>The ends a person may choose from.</summary>
internal static class Terms
{
    public const string Session = "session";
    public const string Day = "day";
    public const string Week = "week";
    public const string Month = "month";
    public const string Quarter = "quarter";
    public const string Unending = "unending";

    /// <summary>What a grant that stands has already.</summary>
    public const string Keep = "keep";

    /// <summary>Of who has proved no domain.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    private static readonly TimeSpan Proposed = TimeSpan.FromDays(30);

    /// <param name="limits">What they are counted from.</param>
    /// <param name="isProved">Who asks has proved a domain at least: nobody else is let in without an end.</param>
    /// <param name="standing">The grant that is changed, if there is one.</param>
    /// <param name="words">In the person's language.</param>
    public static IReadOnlyList<Term> Offered(TermLimits limits, bool isProved, Grant? standing, IStringLocalizer words)
    {
        var terms = new List<Term>();
        if (standing is not null && CanStay(standing, limits, isProved))
        {
            terms.Add(AsBefore(standing, words));
        }
        terms.Add(new(Session, limits.SessionEndsAt, words["This session"], words["for this session"],
            words["when you sign out, at the latest {0}", Minute(limits.SessionEndsAt, words)])
        {
            SessionId = limits.SessionId,
        });
        var tomorrow = limits.Now + TimeSpan.FromDays(1);
        terms.Add(new(Day, tomorrow, words["Today (24 hours)"], words["for 24 hours"], Minute(tomorrow, words)));
        terms.Add(Days(Week, 7, limits, words));
        terms.Add(Usual(limits, words));
        terms.Add(Days(Quarter, 90, limits, words));
        if (isProved)
        {
            terms.Add(new(
                Unending, Grant.Unending, words["Until I remove it"], words["until I take it back"], words["when you remove it"]));
        }
        return terms;
    }

    /// <summary>Who chose another end than the proposed one is not talked out of it.</summary>
    public static Term Proposal(IReadOnlyList<Term> offered, TermLimits limits, Grant? standing) =>
        standing is not null && offered[0].Value == Keep && standing.EndsAt - standing.AllowedAt != Length(limits)
            ? offered[0]
            : offered.Single(t => t.Value == Month);

    /// <summary>Who answers to this computer proves nothing, whatever its client has proved.</summary>
    public static bool IsProved(Client client, string redirectHost) =>
        client.IsBuiltIn || (!LoopbackRedirect.IsHere(redirectHost) && client.Trust >= Trust.DomainProved);

    public static string Minute(DateTimeOffset at, IStringLocalizer words) =>
        at.UtcDateTime.ToString(words["d MMM yyyy, HH:mm 'UTC'"], CultureInfo.CurrentCulture);

    private static bool CanStay(Grant standing, TermLimits limits, bool isProved) =>
        (standing.SessionId is null || standing.SessionId == limits.SessionId)
        && (isProved || standing.EndsAt <= limits.Now + Longest);

    private static Term AsBefore(Grant standing, IStringLocalizer words)
    {
        var until = standing.SessionId is not null
            ? words["when you sign out, at the latest {0}", Minute(standing.EndsAt, words)].Value
            : standing.EndsAt == Grant.Unending ? words["when you remove it"].Value : Minute(standing.EndsAt, words);
        return new(Keep, standing.EndsAt, words["As it is now"], words["as long as now"], until) { SessionId = standing.SessionId };
    }

    private static Term Usual(TermLimits limits, IStringLocalizer words) => Length(limits) == Proposed
        ? Days(Month, 30, limits, words)
        : new(Month, limits.Now + Length(limits), words["As is usual here"], words["as long as is usual here"],
            Minute(limits.Now + Length(limits), words));

    private static Term Days(string value, int days, TermLimits limits, IStringLocalizer words) =>
        new(value, limits.Now + TimeSpan.FromDays(days), words["{0} days", days], words["for {0} days", days],
            Date(limits.Now + TimeSpan.FromDays(days), words));

    private static string Date(DateTimeOffset at, IStringLocalizer words) =>
        at.UtcDateTime.ToString(words["d MMMM yyyy"], CultureInfo.CurrentCulture);

    private static TimeSpan Length(TermLimits limits) => limits.Usual < Proposed ? limits.Usual : Proposed;
}

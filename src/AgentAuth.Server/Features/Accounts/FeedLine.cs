using System.Globalization;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>A line of what an agent did, in words.</summary>
internal sealed record FeedLine(DateTimeOffset At, string Text, string? Tool, string? Address);

/// <summary>How much an agent used a permission.</summary>
internal sealed record PermissionUse(string Scope, string Sentence, long Calls, DateTimeOffset? LastUsedAt)
{
    /// <summary>What would be left, were it taken away because nobody uses it; null when it should stay.</summary>
    public IReadOnlyList<string>? LeftWithout { get; init; }
}

/// <summary>What the page about an agent shows of what it did.</summary>
internal sealed record FeedGlance(Guid GrantId, IReadOnlyList<FeedLine> Lines, bool HasMore, IReadOnlyList<PermissionUse> Uses);

/// <summary>A page of the feed, newest first.</summary>
internal sealed record FeedPage(IReadOnlyList<FeedLine> Lines, FeedPlace? Older);

/// <summary>An agent that did nothing for long.</summary>
internal sealed record UnusedAgent(Guid GrantId, string Name, string Resource, string RedirectHost, DateTimeOffset? LastUsedAt);

/// <summary>A place in the feed: behind it comes what is older. An address carries it.</summary>
internal sealed record FeedPlace(DateTimeOffset At, Guid Id)
{
    public static FeedPlace Of(Activity last) => new(last.At, last.Id);

    public static FeedPlace? Read(string? text) =>
        text?.Split('.') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && at <= DateTime.MaxValue.Ticks && Guid.TryParseExact(id, "N", out var guid)
            ? new(new DateTimeOffset(at, TimeSpan.Zero), guid)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}.{Id:N}");
}

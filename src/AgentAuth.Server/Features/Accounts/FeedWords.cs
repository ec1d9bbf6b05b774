using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Usage;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>A line of the feed as people read it.</summary>
internal static class FeedWords
{
    public static FeedLine Of(Activity line, IReadOnlyDictionary<string, Scope> scopes, IStringLocalizer words)
    {
        var call = line.Kind switch
        {
            ActivityKind.Called => CallName.OfCall(line.What),
            ActivityKind.CallRefused => CallName.OfRefusal(line.What),
            _ => null,
        };
        return new(line.LastAt, Text(line, call, scopes, words), call?.Tool, line.Address);
    }

    private static string Text(Activity line, CallName? call, IReadOnlyDictionary<string, Scope> scopes, IStringLocalizer words) =>
        line.Kind switch
        {
            ActivityKind.Allowed => words["You allowed it"],
            ActivityKind.Changed => words["You changed what it may do"],
            ActivityKind.Paused => words["You paused it"],
            ActivityKind.Resumed => words["You let it go on"],
            ActivityKind.Ended => words["Its access ended"],
            ActivityKind.Issued => Times(line.Count, words["It renewed its access"], words["It renewed its access {0} times", line.Count]),
            ActivityKind.Refused => Refused(line.Count, Because(line.What, words), words),
            ActivityKind.Called => Called(line.Count, Sentence(call!.Scope, scopes, words), words),
            ActivityKind.CallRefused => Refused(line.Count, Because(call!, scopes, words), words),
            ActivityKind.ApprovalAsked => words["It asked for your yes to one action"],
            ActivityKind.ApprovalGiven => words["You said yes to one action"],
            ActivityKind.ApprovalDenied => words["You said no to one action"],
            _ => words["A key that was used up came back, perhaps from a thief"],
        };

    private static string Called(int times, string what, IStringLocalizer words) =>
        Times(times, words["{0}: 1 call", what], words["{0}: {1} calls", what, times]);

    private static string Refused(int times, string why, IStringLocalizer words) =>
        Times(times, words["Refused: {0}", why], words["Refused {1} times: {0}", why, times]);

    private static string Times(int count, string once, string often) => count == 1 ? once : often;

    private static string Sentence(string? scope, IReadOnlyDictionary<string, Scope> scopes, IStringLocalizer words) =>
        scope is null ? words["Something for which it needs no permission"]
            : ScopeWords.Of(scope, scopes.GetValueOrDefault(scope), words).Sentence;

    /// <summary>By AgentAuth itself; the names of rules never change.</summary>
    private static string Because(string? rule, IStringLocalizer words) => rule?.Split('.')[0] switch
    {
        "grant" => words["its access had ended or was paused"],
        "refresh-token" or "code" => words["its key was too old"],
        "client" or "assertion" => words["it could not prove who it is"],
        _ => words["it did not ask in the right way ({0})", rule ?? "?"],
    };

    /// <summary>By the resource.</summary>
    private static string Because(CallName call, IReadOnlyDictionary<string, Scope> scopes, IStringLocalizer words) => call.Error switch
    {
        "insufficient_scope" when call.Scope is not null => words["it lacks “{0}”", Sentence(call.Scope, scopes, words)],
        "insufficient_scope" => words["it lacks a permission"],
        "invalid_token" => words["its access had ended or was paused"],
        "budget_exhausted" => words["it had used up what you allow in a day"],
        "approval_required" or "approval_denied" or "approval_expired" => words["it had no yes of yours to this action"],
        { } error => words["for a reason of its own ({0})", error],
        null => words["for a reason of its own ({0})", "?"],
    };
}

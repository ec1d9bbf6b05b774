using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Features.Admin;

/// <summary>The domain in words, and the words an administrator may write into it.</summary>
internal static class Words
{
    public const int MaxSearchLength = 200;

    public static string Of(Trust trust) => trust switch
    {
        Trust.VerifiedPublisher => "Verified publisher",
        Trust.DomainProved => "Domain proved",
        Trust.RunsOnThisComputer => "Runs on the person's computer",
        _ => "Self-declared",
    };

    public static string Of(Risk risk) => risk switch
    {
        Risk.Spend => "Spend",
        Risk.Delete => "Delete",
        Risk.Change => "Change",
        _ => "See",
    };

    public static string Badge(Risk risk) => risk switch
    {
        Risk.Spend or Risk.Delete => "badge--delete",
        Risk.Change => "badge--change",
        _ => "badge--see",
    };

    /// <summary>Text that goes into the record: said, short, on one line, with nothing invisible in it.</summary>
    public static bool ArePlain(string? text, int maxLength) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= maxLength && text.EnumerateRunes().All(DisplayText.IsHarmless);

    /// <summary>The text of a search box; what is longer than any name is cut.</summary>
    public static string? Searched(string? text)
    {
        var trimmed = text?.Trim();
        if (string.IsNullOrEmpty(trimmed) || trimmed.Length <= MaxSearchLength)
        {
            return string.IsNullOrEmpty(trimmed) ? null : trimmed;
        }
        var isBetweenHalves = char.IsHighSurrogate(trimmed[MaxSearchLength - 1]);
        return trimmed[..(isBetweenHalves ? MaxSearchLength - 1 : MaxSearchLength)];
    }
}

using AgentAuth.Server.Specs.Uts39Confusables;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.Shared;

/// <summary>The warning about a name or a host that can be taken for another's.</summary>
internal static class Likenesses
{
    /// <param name="like">What it can be taken for.</param>
    /// <param name="host">The host that asks; null for a program on the person's computer.</param>
    /// <param name="words">In the person's language.</param>
    public static string Words(Likeness like, string? host, IStringLocalizer words) => like.Kind switch
    {
        LikenessKind.Name when host is null =>
            words[
                "This name is written to look like {0}, and the request comes from a program on this computer.",
                DisplayText.Clean(like.Of)],
        LikenessKind.Name => words["This name looks like {0}, but the request comes from {1}.", DisplayText.Clean(like.Of), host],
        LikenessKind.Host => words["This address looks like one of {0}, but it is another: {1}.", DisplayText.Clean(like.Of), host ?? ""],
        _ => words["This name mixes letters of different alphabets that look alike. It may be meant to be taken for another name."],
    };
}

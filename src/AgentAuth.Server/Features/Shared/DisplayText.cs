using System.Text;
using AgentAuth.Server.Specs.Uts39Confusables;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What others wrote, made fit to stand on our pages: it stays on its line and cannot turn or hide what stands beside
/// it.</summary>
internal static class DisplayText
{
    public const int InTable = 50;

    private const int MaxRunes = 200;

    /// <summary>Invisible and direction-changing characters become the replacement mark, so that their presence shows.</summary>
    public static string Clean(string? text, int most = MaxRunes)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }
        var clean = new StringBuilder(text.Length);
        var runes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (runes++ == most)
            {
                return clean.Append('…').ToString();
            }
            clean.Append((IsHarmless(rune) ? rune : Rune.ReplacementChar).ToString());
        }
        return clean.ToString();
    }

    public static bool IsHarmless(Rune rune) => !Unseen.Is(rune);
}

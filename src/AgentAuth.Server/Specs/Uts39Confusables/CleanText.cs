using System.Text;

namespace AgentAuth.Server.Specs.Uts39Confusables;

/// <summary>What others wrote, on one line and in plain sight: pages, e-mails and receipts show it no other way.</summary>
internal static class CleanText
{
    private const int MaxRunes = 200;

    /// <summary>Invisible and direction-changing characters become the replacement mark, so that their presence shows.</summary>
    public static string Of(string? text, int most = MaxRunes)
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
            clean.Append((Unseen.Is(rune) ? Rune.ReplacementChar : rune).ToString());
        }
        return clean.ToString();
    }
}

using System.Text;

namespace AgentAuth.Server.Specs.Uts39Confusables;

/// <summary>
/// Words of letters from alphabets that look alike (UTS 39 §5.1): no language writes so. A name may have words of several alphabets, and
/// Chinese, Japanese and Korean stand beside Latin in one word every day.
/// </summary>
internal static class MixedScripts
{
    /// <summary>Blocks whose letters can be taken for Latin ones, or for each other's.</summary>
    private static readonly (int From, int To, string Script)[] Blocks =
    [
        (0x0041, 0x024F, "Latin"), (0x0250, 0x02AF, "Latin"), (0x0370, 0x03E1, "Greek"), (0x03E2, 0x03EF, "Coptic"),
        (0x03F0, 0x03FF, "Greek"), (0x0400, 0x052F, "Cyrillic"), (0x0530, 0x058F, "Armenian"), (0x10A0, 0x10FF, "Georgian"),
        (0x13A0, 0x13FF, "Cherokee"), (0x1C80, 0x1C8F, "Cyrillic"), (0x1D00, 0x1DBF, "Latin"), (0x1E00, 0x1EFF, "Latin"),
        (0x1F00, 0x1FFF, "Greek"), (0x2C60, 0x2C7F, "Latin"), (0x2C80, 0x2CFF, "Coptic"), (0x2D30, 0x2D7F, "Tifinagh"),
        (0xA4D0, 0xA4FF, "Lisu"), (0xA640, 0xA69F, "Cyrillic"), (0xA720, 0xA7FF, "Latin"), (0xAB30, 0xAB6F, "Latin"),
        (0xAB70, 0xABBF, "Cherokee"), (0x10400, 0x1044F, "Deseret"),
    ];

    public static bool Has(string text)
    {
        string? script = null;
        foreach (var rune in text.EnumerateRunes().SelectMany(Plain))
        {
            if (!Rune.IsLetter(rune))
            {
                script = Rune.IsWhiteSpace(rune) ? null : script; // digits and hyphens do not end a word of one alphabet
                continue;
            }
            var its = Array.Find(Blocks, b => rune.Value >= b.From && rune.Value <= b.To).Script;
            if (its is not null && script is not null && its != script)
            {
                return true;
            }
            script = its ?? script;
        }
        return false;
    }

    /// <summary>A full-width or bold letter is of the alphabet it is a form of.</summary>
    private static IEnumerable<Rune> Plain(Rune rune) => rune.ToString().Normalize(NormalizationForm.FormKD).EnumerateRunes();
}

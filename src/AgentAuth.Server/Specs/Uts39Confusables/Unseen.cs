using System.Globalization;
using System.Text;

namespace AgentAuth.Server.Specs.Uts39Confusables;

/// <summary>
/// Characters that show nothing, turn the text around, or show what nobody agreed on. Some of them are letters and marks to Unicode: two
/// names that differ by them alone look the same.
/// </summary>
internal static class Unseen
{
    private const int EmptyBraille = 0x2800;

    /// <summary>Default_Ignorable_Code_Point of Unicode 16.0 (DerivedCoreProperties).</summary>
    private static readonly (int From, int To)[] Ignorable =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8),
        (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    public static bool Is(Rune rune) => rune.Value == EmptyBraille || IsIgnorable(rune) || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    /// <summary>Takes no room in the text it stands in.</summary>
    public static bool IsIgnorable(Rune rune) => !rune.IsAscii && Array.Exists(Ignorable, r => rune.Value >= r.From && rune.Value <= r.To);
}

using System.Globalization;
using System.Text;

namespace AgentAuth.Server.Specs.Uts39Confusables;

/// <summary>
/// What a word looks like (UTS 39 §4): compatibility forms unfolded, marks and invisible characters left out, and each letter that can be
/// taken for a Latin one written as that one. Two words with one skeleton can be taken for each other. The table has what looks like the
/// letters of names people know; it is not the whole of Unicode's.
/// </summary>
internal static class Skeleton
{
    /// <summary>Pairs: what is seen, what it is taken for. What is not here itself is looked for as a small letter.</summary>
    private const string Pairs =
        // Cyrillic
        "аaвbсcԁdеeѐeёeғfԍgһhнhіiїiјjкkӏlмmпnоoөoрpԛqгrѕsтtцuѵvѡwԝwхxҳxуyүyӯyӡzзeьbъbҽeҿe"
        // Greek
        + "ΑaΒbΕeΖzΗhΙiΚkΜmΝnΟoΡpΤtΥyΧx"
        + "αaβbςcδdεeϝfηnιiϳjκkλlμuνvοoσoρpτtυuωwχxγyζzθo"
        // Armenian, Cherokee (small), Coptic, Lisu and others in use for this
        + "աuցgհhոnսuօoքpզqꭺaꭼeᏻuꮯcꮪsꮤwⲟoⲣpⲥcⲭxⲁaⲉeⲏhⲓiⲕkⲙmⲛnⲧtꓮaꓚcꓓdꓰeꓖgꓗkꓡlꓟmꓠnꓳoꓑpꓢsꓔtꓴuꓦvꓪwꓫxꓬyꓜz"
        // Latin with a difference one overlooks: small capitals, dotless, script, strokes
        + "ᴀaʙbᴄcᴅdᴇeɡgɢgʜhɪiıiɩiᴊjȷjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢzɑaƅbɗdđdǝeɛeƒfǥgħhɨiłlŀlɫlɯmɲnŋnøoɵoœoƿpŧtʋvʊuƴyƶzʐz"
        // Digits and signs
        + "0o1l3e4a5s8b|l$s@a€e";

    /// <summary>Of several letters that are read as one.</summary>
    private static readonly (string Seen, string As)[] Groups = [("rn", "m"), ("vv", "w")];

    private static readonly Dictionary<Rune, Rune> Table = Read(Pairs);

    /// <summary>Null bytes, lone halves of characters and all else are taken as they come: the text is a stranger's.</summary>
    public static string Of(string text)
    {
        var skeleton = new StringBuilder(text.Length);
        foreach (var rune in Whole(text).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || Table.ContainsKey(rune))
            {
                var small = Rune.ToLowerInvariant(rune);
                var seen = Table.TryGetValue(rune, out var itself) ? itself : Table.GetValueOrDefault(small, small);
                skeleton.Append((seen.Value == 'i' ? new Rune('l') : seen).ToString()); // I and l are one stroke
            }
        }
        foreach (var (seen, taken) in Groups)
        {
            skeleton.Replace(seen, taken);
        }
        return skeleton.ToString();
    }

    /// <summary>Its words: runs of letters and digits, and what a capital begins inside of one.</summary>
    public static IReadOnlyList<string> WordsOf(string text)
    {
        var (words, word, wasSmall) = (new List<string>(), new StringBuilder(), false);
        foreach (var rune in Whole(text).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
            {
                continue; // seen as part of the letter before, or not at all
            }
            var isPart = Rune.IsLetterOrDigit(rune) || Table.ContainsKey(rune);
            if (!isPart || (wasSmall && Rune.IsUpper(rune)))
            {
                End();
            }
            if (isPart)
            {
                word.Append(rune.ToString());
            }
            wasSmall = Rune.IsLower(rune);
        }
        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(Of(word.ToString()));
                word.Clear();
            }
        }
    }

    /// <summary>What cannot be normalized is replaced by what shows it.</summary>
    private static string Whole(string text) => string.Concat(text.EnumerateRunes().Select(r => r.ToString()));

    private static Dictionary<Rune, Rune> Read(string pairs)
    {
        var runes = pairs.EnumerateRunes().ToList();
        var table = new Dictionary<Rune, Rune>();
        for (var i = 0; i + 1 < runes.Count; i += 2)
        {
            table[runes[i]] = runes[i + 1];
        }
        return table;
    }
}

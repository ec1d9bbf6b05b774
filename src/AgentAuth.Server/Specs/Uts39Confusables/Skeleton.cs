using System.Globalization;
using System.Text;

namespace AgentAuth.Server.Specs.Uts39Confusables;

/// <summary>
/// What a word looks like (UTS 39 §4): compatibility forms unfolded, marks and invisible characters left out, and each letter that can be
/// taken for a Latin one written as that one. Two words with one skeleton can be taken for each other. The pairs here are seen in use for
/// this, and come before Unicode's own.
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

    private static readonly char[] Digits = [.. "0123456789"];

    private static readonly Dictionary<Rune, Rune> Table = Read();

    /// <summary>Null bytes, lone halves of characters and all else are taken as they come: the text is a stranger's.</summary>
    /// <param name="text">Any.</param>
    /// <param name="areStrokesOne">I and l are; a host is written in small letters only, where they differ.</param>
    public static string Of(string text, bool areStrokesOne = true)
    {
        var skeleton = new StringBuilder(text.Length);
        foreach (var rune in Whole(text).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (IsPart(rune))
            {
                var small = Rune.ToLowerInvariant(rune);
                var seen = Table.TryGetValue(rune, out var itself) ? itself : Table.GetValueOrDefault(small, small);
                skeleton.Append((areStrokesOne && seen.Value == 'i' ? new Rune('l') : seen).ToString());
            }
        }
        foreach (var (seen, taken) in Groups)
        {
            skeleton.Replace(seen, taken);
        }
        return skeleton.ToString();
    }

    /// <summary>Its words: runs of letters and digits, what a capital begins inside of one, and each digit at its end.</summary>
    public static IReadOnlyList<string> WordsOf(string text, bool areStrokesOne = true)
    {
        var (words, word, wasSmall) = (new List<string>(), new StringBuilder(), false);
        foreach (var rune in Whole(text).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
                || Unseen.IsIgnorable(rune))
            {
                continue; // seen as part of the letter before, or not at all
            }
            var isPart = IsPart(rune);
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
            var letters = word.ToString().TrimEnd(Digits);
            words.AddRange(from part in word.ToString()[letters.Length..].Select(d => d.ToString()).Prepend(letters)
                           where part.Length > 0
                           select Of(part, areStrokesOne));
            word.Clear();
        }
    }

    private static bool IsPart(Rune rune) => !Unseen.IsIgnorable(rune) && (Rune.IsLetterOrDigit(rune) || Table.ContainsKey(rune));

    /// <summary>What cannot be normalized is replaced by what shows it.</summary>
    private static string Whole(string text) => string.Concat(text.EnumerateRunes().Select(r => r.ToString()));

    private static Dictionary<Rune, Rune> Read()
    {
        var table = new Dictionary<Rune, Rune>();
        foreach (var (latin, seen) in Confusables.Letters)
        {
            foreach (var rune in seen.EnumerateRunes())
            {
                table[rune] = new(latin);
            }
        }
        var pairs = Pairs.EnumerateRunes().ToList();
        for (var i = 0; i + 1 < pairs.Count; i += 2)
        {
            table[pairs[i]] = pairs[i + 1];
        }
        return table;
    }
}

namespace AgentAuth.Server.Specs.Uts39Confusables;

/// <summary>
/// Which single letters and digits Unicode holds for look-alikes of Latin letters (UTS 39, confusables of Unicode 14.0), beside those of
/// <see cref="Skeleton"/>'s own table: without what compatibility forms and small letters account for, and without what is written from
/// right to left, which cannot stand in such a word unseen. The Cherokee letter that reads as U is ours.
/// </summary>
internal static class Confusables
{
    public static IReadOnlyList<(char Latin, string Seen)> Letters { get; } =
    [
        ('a', "ᗅ𐊠𖽀"),
        ('b', "ƀƂƃɓБѢѣҌҍᏏᏴᑲᑳᖯᗷꓐꞴ𐊂𐊡𐌁"),
        ('c', "ȼҪҫ𐊢𐌂𐐕𐐽𐔜𑣩"),
        ('d', "ÐƉƌɖᎠᏧᑯᗞᗪꓒ"),
        ('e', "Ɇɇⴹꬲ𐊆𑢦𑢮"),
        ('f', "ᖴᵮẝꓝꞘꞙꬵ𐊇𐊥𐔥𑢢𑣂"),
        ('g', "ƍɠᏀᏳᶃ"),
        ('h', "ɦћҢӇӉᎻᏂᏲᕼⱧꓧꚕ𐋏"),
        ('i', "Ꭵᵻᵼꙇꭵ𑣃"),
        ('j', "ɈɉᎫᒍꓙꞲ"),
        ('k', "ƙҚҞᏦᛕⱩꝀ𐔘"),
        ('l', "ƖƗƚǀɭІ۱ᏞᒪᛁⲒⳐⵏꓲ𐊊𐌉𐐛𐔦𑢣𑢲𖼖𖼨"),
        ('m', "ϺӍᎷᗰᛖ𐊰𐌑"),
        ('n', "ƞɳռᵰ𐔓"),
        ('o', "Ѳѳ۵०০੦૦ଠ୦௦౦೦ഠ൦๐໐ဝ၀ჿዐᎾᏫᴑⴱⵁⵔꝊꝋꬽꬾꭴꮎꮻ𐊒𐊫𐐄𐐬𐓂𐓪𐔖𑓐𑢵𑣈𑣗𑣠"),
        ('p', "ƥᏢᑭᵽ𐊕"),
        ('q', "ʠգⵕ"),
        ('r', "ɍɼɽᎡᏒᖇᴦᵲⲅꓣꭇꭈꮁ𐒴𖼵"),
        ('s', "ƽʂՏᏕᵴ𐊖𐐠𐑈𑣁𖼺"),
        ('t', "ƭƮȾҬᎢᵵ𐊗𐊱𐌕𑢼𖼊"),
        ('u', "ɄሀᏌᑌᵾꞟꭎꭒꮜ𐓎𐓶𑢸𑣘𖽂Ꮝ"),
        ('v', "۷Ꮩᐯⴸꛟꮩ𐔝𑜆𑢠𑣀𖼈"),
        ('w', "ѽᎳꝡꮃ𑓅𑜊𑜎𑜏𑣦"),
        ('x', "ᕁᕽᚷⵝꞳ𐊐𐊴𐌗𐔧"),
        ('y', "ɎɏɣҰұყᎩᎽᶌỿⲨꭚ𐊲𑢤𑣜𖽃"),
        ('z', "ȤȥᏃᵶꮓ𑢩𑣄𑣥"),
    ];
}

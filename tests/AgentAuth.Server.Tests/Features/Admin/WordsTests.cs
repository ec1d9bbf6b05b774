using AgentAuth.Server.Features.Admin;
using AgentAuth.Server.Features.Shared;

namespace AgentAuth.Server.Tests.Features.Admin;

public sealed class WordsTests
{
    [Theory]
    [InlineData("It sent spam to everyone.", true)]
    [InlineData("垃圾郵件", true)]
    [InlineData("", false)]
    [InlineData("   ", false)]
    [InlineData(null, false)]
    [InlineData("two\nlines", false)]
    [InlineData("turned \u202E round", false)]
    [InlineData("filled \u3164 up", false)]
    [InlineData("an empty \u2800 cell", false)]
    [InlineData("joined \u034F", false)]
    [InlineData("한글 Müller’s café 🎉", true)]
    [InlineData("hid\u200Bden", false)]
    [InlineData("more than ten", false)]
    public void A_reason_is_said_short_and_plain(string? reason, bool isGood) =>
        Assert.Equal(isGood, Words.ArePlain(reason, reason == "more than ten" ? 10 : 300));

    [Theory]
    [InlineData("Claude\u202Egnp.exe", "Claude\uFFFDgnp.exe")]
    [InlineData("Claude\u3164\u115F\u1160\uFFA0", "Claude\uFFFD\uFFFD\uFFFD\uFFFD")]
    [InlineData("\u2800Claude\U000E0100", "\uFFFDClaude\uFFFD")]
    [InlineData("a\u2066b\u200Dc\u0000d", "a\uFFFDb\uFFFDc\uFFFDd")]
    [InlineData("<b>Ω 香港</b>", "<b>Ω 香港</b>")]
    [InlineData(null, "")]
    public void What_others_wrote_can_neither_turn_nor_hide(string? written, string shown) =>
        Assert.Equal(shown, DisplayText.Clean(written));

    [Fact]
    public void A_name_without_end_is_cut() => Assert.Equal(51, DisplayText.Clean(new string('x', 1000), DisplayText.InTable).Length);
}

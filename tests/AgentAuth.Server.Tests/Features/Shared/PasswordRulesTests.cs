using AgentAuth.Server.Features.Shared;

namespace AgentAuth.Server.Tests.Features.Shared;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("passwordpassword")]
    [InlineData("P@ssw0rdP@ssw0rd!")]
    [InlineData("Password1234567890")]
    [InlineData("123456789012345")]
    [InlineData("qwertyuiopasdfgh")]
    [InlineData("1qaz2wsx3edc4rfv")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("abababababababab")]
    [InlineData("agentauthagentauth")]
    [InlineData("correcthorsebatterystaple")]
    [InlineData("ana.example.2026")]
    public void What_attackers_try_first_is_refused(string password) => Assert.True(PasswordRules.IsCommon(password, "ana@example.org"));

    [Theory]
    [InlineData("Stapler moon biscuit 42")]
    [InlineData("Demo-only-passw0rd!")]
    [InlineData("kettle under seven bridges")]
    [InlineData("七條橋下的水壺在唱歌給月亮聽呢")]
    public void What_they_would_have_to_guess_is_taken(string password) =>
        Assert.False(PasswordRules.IsCommon(password, "ana@example.org"));

    [Fact]
    public void An_accent_is_the_same_however_it_was_typed() =>
        Assert.Equal(UnicodeText.Normal("cafe\u0301"), UnicodeText.Normal("caf\u00e9"));

    [Fact]
    public void Half_a_character_does_not_break_the_hash() => Assert.Equal("a\ufffd", UnicodeText.Normal("a\ud800"));
}

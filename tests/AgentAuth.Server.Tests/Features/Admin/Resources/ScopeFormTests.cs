using AgentAuth.Server.Features.Admin.Resources;

namespace AgentAuth.Server.Tests.Features.Admin.Resources;

public sealed class ScopeFormTests
{
    [Theory]
    [InlineData("mail:read", true)]
    [InlineData("openid", false)]
    [InlineData("offline_access", false)]
    [InlineData("!#[]~", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("mail read", false)]
    [InlineData("mail\"read", false)]
    [InlineData("mail\\read", false)]
    [InlineData("poczta:żółw", false)]
    public void A_scope_is_named_by_the_grammar_of_the_standard(string? name, bool isGood) => Assert.Equal(isGood, ScopeForm.IsName(name));
}

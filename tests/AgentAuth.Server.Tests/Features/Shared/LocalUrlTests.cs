using AgentAuth.Server.Features.Shared;

namespace AgentAuth.Server.Tests.Features.Shared;

public sealed class LocalUrlTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/account/agents?page=2")]
    [InlineData("/connect/authorize?redirect_uri=https%3A%2F%2Fclient.test%2F")]
    [InlineData("/%2f%2fevil.test")]
    [InlineData("/;//evil.test")]
    public void A_path_of_this_server_is_followed(string url) => Assert.True(LocalUrl.IsLocal(url));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("//evil.test")]
    [InlineData("/\\evil.test")]
    [InlineData("\\/evil.test")]
    [InlineData("/\t/evil.test")]
    [InlineData("/\n/evil.test")]
    [InlineData("/a\\..\\evil.test")]
    [InlineData("https:evil.test")]
    [InlineData("https://evil.test")]
    [InlineData("https://as.test@evil.test")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.test")]
    public void Anything_a_browser_may_read_as_elsewhere_is_not(string? url) => Assert.False(LocalUrl.IsLocal(url));

    [Fact]
    public void A_url_longer_than_a_request_line_is_not_followed() =>
        Assert.False(LocalUrl.IsLocal("/" + new string('a', LocalUrl.MaxLength)));
}

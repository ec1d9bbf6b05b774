using AgentAuth.Server.Features.Shared;

namespace AgentAuth.Server.Tests.Features.Shared;

public sealed class RedirectAddressesTests
{
    [Theory]
    [InlineData("https://app.example/callback", false)]
    [InlineData("http://127.0.0.1/callback", true)]
    [InlineData("http://localhost:8080/callback", false)]
    [InlineData("com.example.app:/callback", true)]
    public void An_address_that_only_its_client_can_answer_at_is_taken(string address, bool isNative) =>
        Assert.Null(RedirectAddresses.Problem([address], isNative));

    [Theory]
    [InlineData("http://app.example/callback", true)]
    [InlineData("https://app.example/callback#part", true)]
    [InlineData("https://user@app.example/callback", true)]
    [InlineData("https://*.example/callback", true)]
    [InlineData("https://app.example\\@evil.test/", true)]
    [InlineData("/callback", true)]
    [InlineData("javascript:alert(1)", true)]
    [InlineData("myapp:/callback", true)]
    [InlineData("com.example.app:/callback", false)]
    public void An_address_that_others_could_answer_at_is_refused(string address, bool isNative) =>
        Assert.NotNull(RedirectAddresses.Problem([address], isNative));

    [Fact]
    public void No_address_is_not_every_address() => Assert.NotNull(RedirectAddresses.Problem([], isNative: true));
}

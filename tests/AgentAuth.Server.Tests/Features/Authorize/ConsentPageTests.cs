using System.Net;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Features.Authorize;

public sealed class ConsentPageTests
{
    [Fact]
    [Spec("RFC 6749", "4.1.3")]
    public async Task Allowing_an_agent_gives_it_a_code_that_buys_an_access_token()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var alice = server.Browser();

        await alice.OpenAsync(claude.AskFor("openid offline_access mail.read mail.send mail.delete"));
        await alice.SignInAsync(People.Alice);
        Assert.Contains("Demo Mail", alice.Text, StringComparison.Ordinal);
        await alice.PressAsync("Allow");
        var tokens = await claude.RedeemAsync(alice.Answer["code"]);

        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal("openid offline_access mail.read mail.send", tokens.Text("scope")); // what deletes was not ticked
        Assert.Equal("some-state", alice.Answer["state"]);
        Assert.Equal(AuthServer.Issuer, alice.Answer["iss"]);
    }

    [Fact]
    [Spec("RFC 6749", "4.1.2.1")]
    public async Task Cancel_tells_the_agent_access_denied()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(claude.AskFor());
        await alice.PressAsync("Cancel");

        Assert.Equal("access_denied", alice.Answer["error"]);
        Assert.Equal("some-state", alice.Answer["state"]);
        Assert.Equal(AuthServer.Issuer, alice.Answer["iss"]);
        Assert.DoesNotContain("code", alice.Answer.Keys);
    }
}

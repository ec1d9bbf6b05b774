using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

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
        Assert.Equal("openid offline_access mail.read", tokens.Text("scope")); // of a program on this computer, only what reads was ticked
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

    [Theory]
    [InlineData("en", "Let a program on this computer act for you in Demo Mail?", "Let client.demo.test act for you in Demo Mail?")]
    [InlineData("zh-Hant", "允許這部電腦上的程式代表你使用 Demo Mail？", "允許 client.demo.test 代表你使用 Demo Mail？")]
    public async Task The_question_is_a_sentence(string language, string here, string there)
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeAsync(db => db.Clients.Where(c => c.ClientId == "demo-native" || c.ClientId == "demo-web")
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.Origin, Origin.ByItself).SetProperty(x => x.Trust, Trust.SelfDeclared)));
        var alice = await server.SignedInAsync();

        foreach (var (agent, expected) in new[] { (Agent.Native(server), here), (Agent.Web(server), there) })
        {
            await alice.OpenAsync(agent.AskFor());
            await alice.OpenAsync(alice.Url, ("Accept-Language", language));
            Assert.Equal(expected, alice.Page.QuerySelector("h1")!.TextContent.Trim());
        }
    }
}

using System.Net;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>A code gets one try: whoever holds it without verifier, redirect URI or client does not get a second guess.</summary>
public sealed class Rfc6749BurntCodeTests
{
    private const string AnotherVerifier = "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz";

    [Theory]
    [InlineData("code_verifier", AnotherVerifier)]
    [InlineData("code_verifier", "short")]
    [InlineData("redirect_uri", "https://client.demo.test/callback/")]
    [InlineData("redirect_uri", "https://localhost:8443/Callback")] // registered, but not the one the code went to
    [InlineData("redirect_uri", "https://evil.test/callback")]
    [InlineData("redirect_uri", null)]
    [InlineData("resource", AuthServer.Files)]
    [Spec("RFC 6749", "4.1.3")]
    [Spec("AA-T028")]
    [Spec("AA-T031")]
    public async Task A_code_presented_wrongly_is_dead_afterwards(string parameter, string? value)
    {
        await using var server = await AuthServer.StartAsync();
        var web = Agent.Web(server);
        var code = await web.CodeFromAsync(server.Browser());

        var wrong = await web.RedeemAsync(code, (parameter, value));
        var right = await web.RedeemAsync(code);

        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (right.Status, right.Error));
    }

    [Theory]
    [InlineData("demo-web-2", "demo-web-2-secret")]
    [InlineData("demo-native", null)]
    [Spec("RFC 6749", "4.1.3")]
    [Spec("AA-T030")]
    public async Task A_code_presented_by_another_client_is_refused_and_dead_afterwards(string thief, string? secret)
    {
        await using var server = await AuthServer.StartAsync();
        var web = Agent.Web(server);
        var code = await web.CodeFromAsync(server.Browser());
        var other = new Agent(server.Http(), thief, secret, Agent.WebCallback) { Verifier = web.Verifier };

        var stolen = await other.RedeemAsync(code);
        var own = await web.RedeemAsync(code);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (stolen.Status, stolen.Error));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (own.Status, own.Error));
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("demo-web-2-secret")]
    [InlineData("")]
    [InlineData(null)]
    [Spec("RFC 6749", "4.1.3")]
    [Spec("AA-T030")]
    public async Task Somebody_who_cannot_prove_to_be_a_client_cannot_burn_its_code(string? secret)
    {
        await using var server = await AuthServer.StartAsync();
        var web = Agent.Web(server);
        var code = await web.CodeFromAsync(server.Browser());
        var nobody = new Agent(server.Http(), "demo-web", secret, Agent.WebCallback) { Verifier = web.Verifier };

        var refused = await nobody.RedeemAsync(code);
        var own = await web.RedeemAsync(code);

        Assert.Equal("invalid_client", refused.Error);
        Assert.True(own.IsGood, own.Body);
    }

    [Fact]
    [Spec("AA-T028")]
    public async Task A_burnt_code_that_comes_back_ends_nothing_else()
    {
        await using var server = await AuthServer.StartAsync();
        var (web, alice, mail) = (Agent.Web(server), server.Browser(), Agent.MailServer(server));
        var tokens = await web.TokensFromAsync(alice);
        var code = await web.CodeFromAsync(alice);

        await web.RedeemAsync(code, ("code_verifier", AnotherVerifier));
        await web.RedeemAsync(code, ("code_verifier", AnotherVerifier));

        Assert.True(await mail.SeesAsync(tokens.AccessToken)); // nothing was ever made from that code
        Assert.True((await web.RefreshAsync(tokens.RefreshToken)).IsGood);
    }
}

using System.Net;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

public sealed class Rfc8252Tests
{
    [Theory]
    [InlineData("http://127.0.0.1/callback")]
    [InlineData("http://127.0.0.1:1/callback")]
    [InlineData("http://127.0.0.1:51999/callback")]
    [InlineData("http://localhost:65535/callback")]
    [InlineData("http://[::1]:51999/callback")]
    [Spec("RFC 8252", "7.3")]
    [Spec("AA-T004")]
    public async Task A_native_client_answers_on_the_port_its_system_gave_it(string redirectUri)
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(claude.AskFor("mail.read", ("redirect_uri", redirectUri)));
        await alice.PressAsync("Allow");
        var tokens = await claude.RedeemAsync(alice.Answer["code"], ("redirect_uri", redirectUri));

        Assert.StartsWith(redirectUri + "?", alice.Left!.OriginalString, StringComparison.Ordinal);
        Assert.True(tokens.IsGood, tokens.Body);
    }

    [Theory]
    [InlineData("http://127.0.0.1:51999/callback?x=1")]
    [InlineData("http://127.0.0.1:51999/callback2")]
    [InlineData("http://127.0.0.1:51999/callback/")]
    [InlineData("http://127.0.0.1:51999/")]
    [InlineData("http://127.0.0.1:51999/callback#f")]
    [InlineData("http://127.0.0.2:51999/callback")]
    [InlineData("http://127.0.0.1.e.test:51999/callback")]
    [InlineData("http://localhost.e.test/callback")]
    [InlineData("http://localhost.:51999/callback")]
    [InlineData("http://LOCALHOST:51999/callback")]
    [InlineData("http://127.1:51999/callback")]
    [InlineData("http://2130706433:51999/callback")]
    [InlineData("http://0x7f.0.0.1:51999/callback")]
    [InlineData("http://[::ffff:127.0.0.1]:51999/callback")]
    [InlineData("http://user@127.0.0.1:51999/callback")]
    [InlineData("http://127.0.0.1:80@e.test/callback")]
    [InlineData("http://127.0.0.1\\@e.test/callback")]
    [InlineData("http://127.0.0.1:/callback")]
    [InlineData("http://127.0.0.1:0/callback")]
    [InlineData("http://127.0.0.1:65536/callback")]
    [InlineData("http://127.0.0.1:051999999/callback")]
    [InlineData("http://127.0.0.1:+80/callback")]
    [InlineData("https://127.0.0.1:51999/callback")]
    [InlineData("HTTP://127.0.0.1:51999/callback")]
    [Spec("RFC 8252", "8.3")]
    [Spec("AA-T004")]
    public async Task Nothing_but_the_port_may_differ(string redirectUri)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Native(server).AskFor(changes: ("redirect_uri", redirectUri)));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Null(alice.Response.Headers.Location);
    }

    [Fact]
    [Spec("RFC 8252", "7.3")]
    [Spec("AA-T004")]
    public async Task A_client_that_registered_one_spelling_of_loopback_gets_no_other()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = await server.RegisterAsync("native-2", "http://127.0.0.1/cb", isNative: true);
        var alice = await server.SignedInAsync();

        foreach (var other in new[] { "http://localhost:5000/cb", "http://[::1]:5000/cb" })
        {
            await alice.OpenAsync(agent.AskFor("mail.read", ("redirect_uri", other)));
            Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        }
        await alice.OpenAsync(agent.AskFor("mail.read", ("redirect_uri", "http://127.0.0.1:5000/cb")));
        Assert.Equal(HttpStatusCode.OK, alice.Status);
    }

    [Fact]
    [Spec("RFC 8252", "7.3")]
    [Spec("AA-T004")]
    public async Task A_web_client_may_not_change_the_port_of_its_loopback_address()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = await server.RegisterAsync("web-dev", "http://127.0.0.1:3000/cb");
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor("mail.read", ("redirect_uri", "http://127.0.0.1:3001/cb")));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Null(alice.Response.Headers.Location);
    }

    [Theory]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:8080/cb", true)]
    [InlineData("http://127.0.0.1:3000/cb", "http://127.0.0.1:8080/cb", true)]
    [InlineData("http://localhost", "http://localhost:8080", true)]
    [InlineData("http://localhost", "http://localhost:8080/", false)]
    [InlineData("http://127.0.0.1/cb", "http://localhost/cb", false)]
    [InlineData("https://c.test/cb", "https://c.test:8443/cb", false)]
    [InlineData("com.example:/cb", "com.example:/cb", true)]
    [Spec("RFC 8252", "7.3")]
    public void Loopback_addresses_match_without_their_port(string registered, string requested, bool match) =>
        Assert.Equal(match, LoopbackRedirect.Matches(registered, requested));

    [Fact]
    [Spec("RFC 8252", "7.1")]
    [Spec("AA-T006")]
    public async Task A_scheme_of_its_own_works_whole_and_only_whole()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = await server.RegisterAsync("app", "com.example.app:/cb", isNative: true);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor("mail.read", ("redirect_uri", "com.example.app:/cb2")));
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        await alice.OpenAsync(agent.AskFor("mail.read"));
        Assert.Contains(
            "form-action 'self' com.example.app:", alice.Response.Headers.GetValues("Content-Security-Policy").Single(),
                StringComparison.Ordinal);
        await alice.PressAsync("Allow");

        Assert.StartsWith("com.example.app:/cb?", alice.Left!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RFC 8252", "8.6")]
    [Spec("AA-T067")]
    public async Task A_program_on_this_computer_is_asked_about_every_time()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var alice = await server.SignedInAsync();
        await claude.TokensFromAsync(alice);

        await alice.OpenAsync(claude.AskFor());
        Assert.Null(alice.Left);
        Assert.Contains("program on this computer", alice.Text, StringComparison.Ordinal);
        await alice.OpenAsync(claude.AskFor(changes: ("prompt", "none")));

        Assert.Equal("consent_required", alice.Answer["error"]);
    }
}

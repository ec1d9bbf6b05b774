using System.Net;
using System.Text.Json;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>PKCE. What happens to a code after a refusal is in <see cref="Rfc6749BurntCodeTests"/>.</summary>
public sealed class Rfc7636Tests
{
    private const string Good = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    [Theory]
    [InlineData(null, null)] // none at all
    [InlineData(null, "S256")]
    [InlineData("", "S256")]
    [InlineData(Good, null)] // would mean plain
    [InlineData(Good, "")]
    [InlineData(Good, "plain")]
    [InlineData(Good, "s256")]
    [InlineData(Good, "S512")]
    [InlineData("a", "S256")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", "S256")] // 42
    [InlineData(Good + "a", "S256")] // 44
    [InlineData(Good + Good + Good, "S256")]
    [InlineData(Good + "=", "S256")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "S256")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw/cM", "S256")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c\n", "S256")]
    [InlineData("@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@", "S256")]
    [Spec("RFC 7636", "4.2")]
    [Spec("AA-T024")]
    [Spec("AA-T025")]
    [Spec("AA-T026")]
    public async Task Without_a_well_formed_S256_challenge_nobody_is_asked_anything(string? challenge, string? method)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();

        foreach (var client in new[] { Agent.Native(server), Agent.Web(server) })
        {
            await alice.OpenAsync(client.AskFor("mail.read", ("code_challenge", challenge), ("code_challenge_method", method)));

            Assert.Equal("invalid_request", alice.Answer["error"]);
            Assert.Equal("some-state", alice.Answer["state"]);
            Assert.DoesNotContain("code", alice.Answer.Keys);
        }
    }

    [Fact]
    [Spec("RFC 7636", "6.2")]
    [Spec("AA-T025")]
    public async Task Metadata_offers_S256_alone()
    {
        await using var server = await AuthServer.StartAsync();
        using var http = server.Http();

        foreach (var address in new[] { "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration" })
        {
            var metadata = JsonSerializer.Deserialize<JsonElement>(
                await http.GetStringAsync(address, TestContext.Current.CancellationToken));

            Assert.Equal(["S256"], metadata.Strings("code_challenge_methods_supported"));
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("abc")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")] // 42
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa+")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaé")]
    [Spec("RFC 7636", "4.1")]
    [Spec("AA-T027")]
    public async Task A_verifier_that_breaks_the_grammar_is_refused_even_when_its_hash_fits(string verifier)
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Knowing(server, verifier);

        var answer = await claude.RedeemAsync(await claude.CodeFromAsync(server.Browser()));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer.Status, answer.Error));
    }

    [Fact]
    [Spec("RFC 7636", "4.1")]
    [Spec("AA-T027")]
    public async Task A_verifier_of_129_characters_is_refused_even_when_its_hash_fits()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Knowing(server, new string('a', 129));

        var answer = await claude.RedeemAsync(await claude.CodeFromAsync(server.Browser()));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer.Status, answer.Error));
    }

    [Fact]
    [Spec("RFC 7636", "4.1")]
    public async Task The_shortest_the_longest_and_the_oddest_good_verifier_are_accepted()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();

        foreach (var verifier in new[] { new string('a', 43), new string('Z', 128), "-._~" + new string('0', 60) })
        {
            var claude = Knowing(server, verifier);

            Assert.True((await claude.RedeemAsync(await claude.CodeFromAsync(alice))).IsGood);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [Spec("RFC 7636", "4.5")]
    [Spec("AA-T029")]
    public async Task A_code_without_its_verifier_buys_nothing(string? verifier)
    {
        await using var server = await AuthServer.StartAsync();
        var web = Agent.Web(server);

        var answer = await web.RedeemAsync(await web.CodeFromAsync(server.Browser()), ("code_verifier", verifier));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(answer.Error, new[] { "invalid_grant", "invalid_request" });
    }

    [Fact]
    [Spec("RFC 9700", "4.5")]
    [Spec("AA-T036")]
    public async Task A_code_injected_into_another_session_does_not_fit_that_sessions_verifier()
    {
        await using var server = await AuthServer.StartAsync();
        var (thief, victim) = (Agent.Web(server), Agent.Web(server)); // one client, two sessions, two verifiers
        var stolen = await thief.CodeFromAsync(server.Browser());

        var answer = await victim.RedeemAsync(stolen);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer.Status, answer.Error));
    }

    private static Agent Knowing(AuthServer server, string verifier) =>
        new(server.Http(), "demo-native", null, Agent.Callback) { Verifier = verifier };
}

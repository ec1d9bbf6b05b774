using System.Text.RegularExpressions;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Features.Developers;

/// <summary>An app that proves itself by its key, and what developers do wrong with that: each has its own rule.</summary>
public sealed partial class AssertionMistakesTests
{
    private const int TimeoutMilliseconds = 1_000;

    private const string Known = "The client is unknown, or did not authenticate in the way it is registered for.";

    [Theory]
    [InlineData("exp", -360, "client.assertion-time", "It ended 6 minutes ago", "the clock that made iat")]
    [InlineData("exp", 3600, "client.assertion-time", "It ends 60 minutes from now", "at most 10 minutes")]
    [InlineData("nbf", 300, "client.assertion-time", "It is good only 5 minutes from now", "this server's clock says")]
    [InlineData("iat", 300, "client.assertion-time", "It was made 5 minutes from now", "5 minutes ahead of this server's")]
    [InlineData("aud", "http://localhost:5100/connect/token", "client.assertion-audience", "http://localhost:5100/connect/token", "aud")]
    [InlineData("aud", "http://localhost:5100/", "client.assertion-audience", "http://localhost:5100/", "must be http://localhost:5100,")]
    [InlineData("aud", null, "client.assertion-audience", "There is no aud", "http://localhost:5100")]
    [InlineData("alg", "HS256", "client.assertion-header", "The alg is HS256", "RS256")]
    [InlineData("alg", "none", "client.assertion-header", "The alg is none", "RS256")]
    [InlineData("typ", "at+jwt", "client.assertion-header", "The typ is at+jwt", "client-authentication+jwt")]
    [InlineData("crit", "exp", "client.assertion-header", "crit", "RFC 7515")]
    [InlineData("jti", null, "client.assertion-claims", "There is no jti", "jti")]
    [InlineData("exp", null, "client.assertion-claims", "There is no exp", "exp")]
    [InlineData("nbf", "soon", "client.assertion-claims", "nbf is no number", "seconds since 1970")]
    [InlineData("iss", "https://elsewhere.test", "client.assertion-claims", "iss and sub differ", "client_id")]
    [InlineData("client_id", "demo-web", "client.assertion-claims", "another client than iss and sub", "client_id")]
    [InlineData("alg", "PS256", "client.assertion-signature", "says RS256", "PS256")]
    [InlineData("kid", "k9", "client.assertion-signature", "no key with the kid k9", "key")]
    [Spec("RFC 7523", "3")]
    public async Task What_is_wrong_is_told_to_its_owner_and_to_nobody_else(
        string member, object? value, string rule, string words, string more)
    {
        await using var server = await AuthServer.StartAsync();
        var (dev, signer) = (await server.SignedInAsync(People.Developer), new Signer());
        var id = await RegistersAsync(dev, signer);
        var changed = value is int seconds ? server.Clock.GetUtcNow().ToUnixTimeSeconds() + seconds : value;
        var proof = member == "client_id"
            ? [("client_id", (string)value!), .. signer.Proof(server, id)]
            : signer.Proof(server, id, member == "exp" && value is < 0 ? [(member, changed), ("iat", changed)] : [(member, changed)]);

        var answer = await With(server, id).RefreshAsync("some-token", proof);
        await dev.ReadsWhyAsync(server, answer.ErrorId());

        Assert.Equal((401, "invalid_client", Known), ((int)answer.Status, answer.Error, answer.Text("error_description")));
        var page = dev.Words();
        var failed = AgentAuth.Server.Specs.Refusals.Rules.Named(rule);
        Assert.All([rule, words, more, failed.Expected, failed.Fix], text => Assert.Contains(text, page, StringComparison.Ordinal));
    }

    [Fact]
    [Spec("RFC 7523", "3")]
    public async Task One_that_is_sent_again_and_one_by_another_key_are_told_apart()
    {
        await using var server = await AuthServer.StartAsync();
        var (dev, signer) = (await server.SignedInAsync(People.Developer), new Signer());
        var id = await RegistersAsync(dev, signer);
        var proof = signer.Proof(server, id);
        Assert.Equal("invalid_grant", (await With(server, id).RefreshAsync("some-token", proof)).Error);

        var again = await With(server, id).RefreshAsync("some-token", proof);
        var stranger = await With(server, id).RefreshAsync("some-token", new Signer().Proof(server, id));

        await dev.ReadsWhyAsync(server, again.ErrorId());
        Assert.Contains("client.assertion-once", dev.Words(), StringComparison.Ordinal);
        await dev.ReadsWhyAsync(server, stranger.ErrorId());
        Assert.Contains("client.assertion-signature", dev.Words(), StringComparison.Ordinal);
        Assert.Contains("None of the client's keys made the signature", dev.Words(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-client", "client.known")]
    [InlineData("demo-web", "client.auth-method")]
    public async Task A_client_that_is_not_there_or_has_no_key_is_no_matter_of_the_assertion(string client, string rule)
    {
        await using var server = await AuthServer.StartAsync();
        var (dev, signer) = (await server.SignedInAsync(People.Developer), new Signer());

        var answer = await new Agent(server.Http(), client, null, "").RefreshAsync("some-token", signer.Proof(server, client));
        await dev.ReadsWhyAsync(server, answer.ErrorId());

        Assert.Contains(rule, dev.Words(), StringComparison.Ordinal);
    }

    /// <summary>What stands in it is no secret; with its signature or its identifier it could be used.</summary>
    [Fact]
    [Spec("AA-T135")]
    public async Task What_it_said_is_shown_without_what_makes_it_good()
    {
        await using var server = await AuthServer.StartAsync();
        var (dev, signer) = (await server.SignedInAsync(People.Developer), new Signer());
        var id = await RegistersAsync(dev, signer);
        var proof = signer.Proof(server, id, ("aud", "https://other.test"), ("jti", "unguessable-7")); // client_id is in it alone

        var answer = await With(server, id).RefreshAsync("some-token", [("client_id", ""), .. proof]);
        await dev.ReadsWhyAsync(server, answer.ErrorId());

        var page = Blank().Replace(dev.Words(), " ");
        Assert.All(
            ["client_assertion.aud https://other.test", "client_assertion.alg RS256", $"client_assertion.sub {id}", "client_assertion.exp"],
            part => Assert.Contains(part, page, StringComparison.Ordinal));
        Assert.Contains("Confidential: with a key of its own", page, StringComparison.Ordinal);
        Assert.DoesNotContain("unguessable", page, StringComparison.Ordinal);
        Assert.DoesNotContain(proof[1].Item2!.Split('.')[2], page, StringComparison.Ordinal);
        var alice = await server.SignedInAsync();
        await alice.OpenAsync($"/developers/why?id={answer.ErrorId()}");
        Assert.Contains("Nothing is kept under this id for you.", alice.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.")]
    [InlineData("not-a-token")]
    [InlineData("W10.W10.AAAA")]
    public async Task What_is_no_assertion_at_all_is_told_so(string assertion)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);

        var answer = await Agent.Native(server).RefreshAsync(
            "some-token", ("client_assertion_type", Signer.JwtBearer), ("client_assertion", assertion));
        await dev.ReadsWhyAsync(server, answer.ErrorId());

        Assert.Matches("client\\.assertion(-header)?\\s", dev.Words());
    }

    private static async Task<string> RegistersAsync(Browser dev, Signer signer) =>
        (await dev.RegistersAsync("Signed", "Key", more: ("KeySet", signer.KeySet))).Id;

    private static Agent With(AuthServer server, string id) => new(server.Http(), id, null, Portal.Callback);

    [GeneratedRegex(@"\s+", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex Blank();
}

using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs.Rfc7523ClientAssertions;

/// <summary>A client that proves itself by a signature, in the form ChatGPT uses.</summary>
public sealed class AssertionTests
{
    [Theory]
    [InlineData("JWT")]
    [InlineData(null)]
    [InlineData("client-authentication+jwt")]
    [Spec("RFC 7523", "3")]
    public async Task Its_document_and_its_signature_are_all_it_needs(string? type)
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = Publish(web);
        await using var server = await web.AuthServerAsync();
        var (agent, alice) = (ChatGpt(server), await server.SignedInAsync());

        await alice.OpenAsync(agent.AskFor());
        Assert.Equal("chatgpt.com", alice.Page.QuerySelector(".asker")!.TextContent);
        await alice.PressAsync("Allow");
        var tokens = await agent.RedeemAsync(alice.Answer["code"], signer.Proof(server, Described.ChatGpt, ("typ", type)));
        Assert.True(tokens.IsGood, tokens.Body);
        var refreshed = await agent.RefreshAsync(tokens.RefreshToken, [("client_id", ""), .. signer.Proof(server, Described.ChatGpt)]);

        Assert.True(refreshed.IsGood, refreshed.Body);
        Assert.Equal([Described.ChatGpt, Described.ChatGptKeys], web.Asked);
    }

    [Theory]
    [InlineData("alg", "none")]
    [InlineData("alg", "HS256")]
    [InlineData("alg", "PS256")]
    [InlineData("alg", "RS512")]
    [InlineData("kid", "other")]
    [InlineData("typ", "at+jwt")]
    [InlineData("crit", "exp")]
    [InlineData("jti", null)]
    [InlineData("exp", null)]
    [InlineData("exp", -60)]
    [InlineData("exp", 700)]
    [InlineData("nbf", 120)]
    [InlineData("iat", 120)]
    [InlineData("iss", "https://e.test/client.json")]
    [InlineData("sub", "demo-web")]
    [InlineData("aud", "http://localhost:5100/")]
    [InlineData("aud", "http://localhost:5100/connect/token")]
    [InlineData("aud", "https://other.test")]
    [InlineData("aud", null)]
    [Spec("AA-T042")]
    [Spec("AA-T044")]
    public async Task An_assertion_that_is_not_in_order_proves_nothing(string member, object? value)
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = Publish(web);
        await using var server = await web.AuthServerAsync();
        var agent = ChatGpt(server);
        var code = await agent.CodeFromAsync(await server.SignedInAsync());
        var changed = value is int seconds ? server.Clock.GetUtcNow().ToUnixTimeSeconds() + seconds : value;

        var answer = await agent.RedeemAsync(code, signer.Proof(server, Described.ChatGpt, (member, changed)));

        Assert.Equal((401, "invalid_client"), ((int)answer.Status, answer.Error));
    }

    [Fact]
    [Spec("AA-T044")]
    public async Task An_audience_among_others_and_a_strangers_key_prove_nothing()
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = Publish(web);
        await using var server = await web.AuthServerAsync();
        var agent = ChatGpt(server);
        var code = await agent.CodeFromAsync(await server.SignedInAsync());

        var many = await agent.RedeemAsync(
            code, signer.Proof(server, Described.ChatGpt, ("aud", new[] { AuthServer.Issuer, "https://other.test" })));
        var stranger = await agent.RedeemAsync(code, new Signer().Proof(server, Described.ChatGpt));
        var garbage = await agent.RedeemAsync(code, ("client_assertion_type", Signer.JwtBearer), ("client_assertion", "a.b.c"));

        Assert.All([many, stranger, garbage], a => Assert.Equal((401, "invalid_client"), ((int)a.Status, a.Error)));
    }

    [Fact]
    [Spec("AA-T043")]
    public async Task An_assertion_is_good_once_at_whichever_node()
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = Publish(web);
        await using var server = await web.AuthServerAsync();
        await using var other = server.Another(web.Around());
        var agent = ChatGpt(server);
        var tokens = await agent.RedeemAsync(
            await agent.CodeFromAsync(await server.SignedInAsync()), signer.Proof(server, Described.ChatGpt));
        var proof = signer.Proof(server, Described.ChatGpt);

        var first = await agent.RefreshAsync(tokens.RefreshToken, proof);
        var replayed = await ChatGpt(other).RefreshAsync(first.RefreshToken, proof);
        var fresh = await ChatGpt(other).RefreshAsync(first.RefreshToken, signer.Proof(server, Described.ChatGpt));

        Assert.True(first.IsGood, first.Body);
        Assert.Equal("invalid_client", replayed.Error);
        Assert.True(fresh.IsGood, fresh.Body);
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        await server.PruneAsync();
        Assert.Equal(0, await server.LookAsync(db => db.UsedAssertions.CountAsync()));
    }

    [Fact]
    [Spec("AA-T043")]
    public async Task Of_many_who_bring_one_assertion_at_once_one_is_heard()
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = Publish(web);
        await using var server = await web.AuthServerAsync();
        var agent = ChatGpt(server);
        await agent.CodeFromAsync(await server.SignedInAsync());
        var proof = signer.Proof(server, Described.ChatGpt);

        var answers = await Asking.AtOnceAsync(8, _ => agent.RedeemAsync("no-code", proof));

        Assert.Equal(7, answers.Count(a => a.Error == "invalid_client"));
        Assert.Single(answers, a => a.Error == "invalid_grant");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("secret")]
    [InlineData("basic")]
    [Spec("AA-T037")]
    [Spec("AA-T046")]
    public async Task It_cannot_prove_itself_in_another_way(string how)
    {
        await using var web = await OutsideWeb.StartAsync();
        Publish(web);
        await using var server = await web.AuthServerAsync();
        var agent = new Agent(server.Http(), Described.ChatGpt, how == "secret" ? "hunter2" : null, Described.ChatGptCallback);
        var code = await agent.CodeFromAsync(await server.SignedInAsync());

        var answer = how == "basic"
            ? await agent.PostAsync(
                "/connect/token", [
                    ("grant_type", "authorization_code"), ("code", code), ("code_verifier", agent.Verifier),
                    ("redirect_uri", Described.ChatGptCallback),
                ],
                new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Uri.EscapeDataString(Described.ChatGpt) + ":x"))))
            : await agent.RedeemAsync(code);

        Assert.Equal((401, "invalid_client"), ((int)answer.Status, answer.Error));
    }

    [Fact]
    [Spec("RFC 7517", "5")]
    public async Task A_new_key_is_found_and_a_known_one_outlives_an_outage()
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = Publish(web);
        await using var server = await web.AuthServerAsync();
        var agent = ChatGpt(server);
        var tokens = await agent.RedeemAsync(
            await agent.CodeFromAsync(await server.SignedInAsync()), signer.Proof(server, Described.ChatGpt));
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        var renewed = new Signer("k2");
        web.Publish(Described.ChatGptKeys, renewed.KeySet);

        var second = await agent.RefreshAsync(tokens.RefreshToken, renewed.Proof(server, Described.ChatGpt));
        Assert.True(second.IsGood, second.Body);
        web.IsDown = true;
        server.Clock.Advance(TimeSpan.FromHours(2));
        var third = await agent.RefreshAsync(second.RefreshToken, renewed.Proof(server, Described.ChatGpt));

        Assert.True(third.IsGood, third.Body);
    }

    [Theory]
    [InlineData("client_name", true)]
    [InlineData("jwks_uri", true)]
    [InlineData("redirect_uris", true)]
    [InlineData("logo_uri", false)]
    [Spec("AA-T079")]
    [Spec("CIMD", "6.3")]
    public async Task An_old_yes_does_not_cover_a_new_name_address_or_key(string member, bool asksAnew)
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = Publish(web);
        await using var server = await web.AuthServerAsync();
        var (agent, alice) = (ChatGpt(server), await server.SignedInAsync());
        await agent.RedeemAsync(await agent.CodeFromAsync(alice, "mail.read"), signer.Proof(server, Described.ChatGpt));
        await alice.OpenAsync(agent.AskFor("mail.read"));
        Assert.Contains("code", alice.Answer.Keys); // it is remembered

        server.Clock.Advance(TimeSpan.FromHours(2));
        string[] addresses = [Described.ChatGptCallback, "https://e.test/cb"];
        object changed = member == "redirect_uris" ? addresses : $"https://chatgpt.com/{member}";
        web.Publish(Described.ChatGpt, Document((member, changed)));
        await alice.OpenAsync(agent.AskFor("mail.read"));

        Assert.Equal(asksAnew, alice.Left is null);
        if (asksAnew)
        {
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            await alice.PressAsync("Allow");
            await alice.OpenAsync(agent.AskFor("mail.read"));
            Assert.Contains("code", alice.Answer.Keys);
        }
    }

    [Fact]
    [Spec("AA-T079")]
    public async Task A_new_yes_to_less_does_not_bring_the_old_one_back()
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = Publish(web);
        await using var server = await web.AuthServerAsync();
        var (agent, alice) = (ChatGpt(server), await server.SignedInAsync());
        await agent.RedeemAsync(await agent.CodeFromAsync(alice, "mail.read mail.send"), signer.Proof(server, Described.ChatGpt));
        server.Clock.Advance(TimeSpan.FromHours(2));
        web.Publish(Described.ChatGpt, Document(("client_name", "Another")));
        await alice.OpenAsync(agent.AskFor("mail.read"));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await alice.PressAsync("Allow");

        await alice.OpenAsync(agent.AskFor("mail.send"));

        Assert.Null(alice.Left);
    }

    private static Agent ChatGpt(AuthServer server) => Described.Agent(server, Described.ChatGpt, Described.ChatGptCallback);

    private static Signer Publish(OutsideWeb web)
    {
        var signer = new Signer();
        web.Publish(Described.ChatGpt, Document());
        web.Publish(Described.ChatGptKeys, signer.KeySet);
        return signer;
    }

    private static string Document(params (string, object?)[] changes) => Described.Document(
        Described.ChatGpt,
        [
            ("client_name", "ChatGPT"), ("redirect_uris", new[] { Described.ChatGptCallback }), ("jwks_uri", Described.ChatGptKeys),
            ("token_endpoint_auth_method", "private_key_jwt"), ("token_endpoint_auth_signing_alg", "RS256"),
            ("token_endpoint_auth_methods_supported", new[] { "none", "private_key_jwt" }), .. changes,
        ]);
}

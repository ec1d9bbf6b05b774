using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Rfc7523ClientAssertions;
using AgentAuth.Server.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Specs.Rfc7523ClientAssertions;

/// <summary>A client whose keys stand in its document: what the document says now is what counts, also at the token endpoint.</summary>
public sealed class WithdrawnKeyTests
{
    private const string Keys = "https://app.test/jwks.json";

    [Fact]
    [Spec("AA-T079")]
    [Spec("CIMD", "6.3")]
    public async Task A_key_the_document_no_longer_has_proves_nothing_once_the_copy_is_old()
    {
        await using var web = await OutsideWeb.StartAsync();
        var (old, renewed) = (new Signer("old"), new Signer("new"));
        web.Publish(Described.App, Document(old));
        await using var server = await web.AuthServerAsync();
        var agent = Described.Agent(server);
        var tokens = await ConnectAsync(server, agent, old);
        web.Publish(Described.App, Document(renewed));

        var early = await agent.RefreshAsync(tokens.RefreshToken, old.Proof(server, Described.App));
        server.Clock.Advance(Freshness.Unsaid + TimeSpan.FromMinutes(1));
        var stolen = await agent.RefreshAsync(early.RefreshToken, old.Proof(server, Described.App));
        var own = await agent.RefreshAsync(early.RefreshToken, renewed.Proof(server, Described.App));

        Assert.True(early.IsGood, early.Body);
        Assert.Equal((401, "invalid_client"), ((int)stolen.Status, stolen.Error));
        Assert.True(own.IsGood, own.Body);
        Assert.Equal(2, web.Asked.Count);
    }

    /// <summary>A small document can be large in memory: nested lists, many members.</summary>
    [Fact]
    [Spec("AA-T075")]
    public async Task Of_a_key_set_only_the_keys_are_kept()
    {
        await using var web = await OutsideWeb.StartAsync();
        var set = new Signer("k1").KeySet;
        web.Publish(Keys, set.Insert(1, $"\"more\":[{string.Join(',', Enumerable.Repeat("[[]]", 5_000))}],"));
        await using var server = await web.AuthServerAsync();

        var kept = await server.Services.GetRequiredService<RemoteKeys>().FindAsync(Keys, "k1", caller: null, CancellationToken.None);

        Assert.Equal("keys", Assert.Single(kept!.Value.EnumerateObject()).Name);
        Assert.True(Signatures.HasKey(kept.Value, "k1"));
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(8, false)]
    [Spec("CIMD", "4.4")]
    public async Task While_its_host_is_down_the_known_key_goes_on_for_a_week(int days, bool goesOn)
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = new Signer();
        web.Publish(Described.App, Document(signer));
        await using var server = await web.AuthServerAsync();
        var agent = Described.Agent(server);
        var tokens = await ConnectAsync(server, agent, signer);
        web.IsDown = true;
        server.Clock.Advance(TimeSpan.FromDays(days));

        var answer = await agent.RefreshAsync(tokens.RefreshToken, signer.Proof(server, Described.App));

        Assert.Equal(goesOn, answer.IsGood);
    }

    [Fact]
    [Spec("AA-T079")]
    public async Task A_document_that_is_gone_proves_nothing_however_often_one_asks_or_when_its_host_goes_too()
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = new Signer();
        web.Publish(Described.App, Document(signer));
        await using var server = await web.AuthServerAsync();
        var agent = Described.Agent(server);
        var tokens = await ConnectAsync(server, agent, signer);
        server.Clock.Advance(Freshness.Unsaid + TimeSpan.FromMinutes(1));
        web.Answer(Described.App, http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });

        for (var i = 0; i < FetchLimits.PerCallerAndHost + 2; i++)
        {
            Assert.False((await agent.RefreshAsync(tokens.RefreshToken, signer.Proof(server, Described.App))).IsGood);
        }
        web.IsDown = true;
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("invalid_client", (await agent.RefreshAsync(tokens.RefreshToken, signer.Proof(server, Described.App))).Error);

        Assert.InRange(web.Asked.Count, 2, 2 + FetchLimits.PerCallerAndHost);
        web.IsDown = false;
        web.Publish(Described.App, Document(signer));
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.True((await agent.RefreshAsync(tokens.RefreshToken, signer.Proof(server, Described.App))).IsGood);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Spec("AA-T078")]
    [Spec("AA-T079")]
    public async Task Who_uses_up_what_may_be_asked_keeps_no_withdrawn_key_alive(bool isRemote)
    {
        await using var web = await OutsideWeb.StartAsync();
        var (old, renewed) = (new Signer("old"), new Signer("new"));
        Publish(web, old, isRemote);
        await using var server = await web.AuthServerAsync();
        var agent = Described.Agent(server);
        var tokens = await ConnectAsync(server, agent, old);
        Publish(web, renewed, isRemote);
        server.Clock.Advance(Freshness.Unsaid + TimeSpan.FromMinutes(1));
        for (var i = 0; i < FetchLimits.PerCaller; i++)
        {
            await server.Browser().OpenAsync(Described.Agent(server, $"https://{(i % 2 == 0 ? "app" : "h" + i)}.test/{i}.json").AskFor());
        }

        var stolen = await agent.RefreshAsync(tokens.RefreshToken, old.Proof(server, Described.App));
        var own = await agent.RefreshAsync(tokens.RefreshToken, renewed.Proof(server, Described.App));

        Assert.Equal("invalid_client", stolen.Error);
        Assert.True(own.IsGood, own.Body);
    }

    [Fact]
    [Spec("AA-T079")]
    public async Task Keys_that_are_gone_from_their_address_prove_nothing_even_when_its_host_goes_too()
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = new Signer();
        Publish(web, signer, isRemote: true);
        await using var server = await web.AuthServerAsync();
        var agent = Described.Agent(server);
        var tokens = await ConnectAsync(server, agent, signer);
        web.Answer(Keys, http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        server.Clock.Advance(Freshness.Unsaid + TimeSpan.FromMinutes(1));

        var gone = await agent.RefreshAsync(tokens.RefreshToken, signer.Proof(server, Described.App));
        web.IsDown = true;
        var down = await agent.RefreshAsync(tokens.RefreshToken, signer.Proof(server, Described.App));

        Assert.All([gone, down], a => Assert.Equal("invalid_client", a.Error));
    }

    [Fact]
    [Spec("AA-T077")]
    public async Task Many_who_prove_themselves_at_once_cause_one_reading()
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = new Signer();
        web.Publish(Described.App, Document(signer));
        await using var server = await web.AuthServerAsync();
        var agent = Described.Agent(server);
        await ConnectAsync(server, agent, signer);
        server.Clock.Advance(Freshness.Unsaid + TimeSpan.FromMinutes(1));

        var answers = await Asking.AtOnceAsync(8, _ => agent.RedeemAsync("no-code", signer.Proof(server, Described.App)));

        Assert.All(answers, a => Assert.Equal("invalid_grant", a.Error));
        Assert.Equal(2, web.Asked.Count);
    }

    [Fact]
    [Spec("RFC 7523", "3")]
    [Spec("AA-T030")]
    public async Task Who_signs_as_one_client_cannot_speak_for_another()
    {
        await using var web = await OutsideWeb.StartAsync();
        var signer = new Signer();
        web.Publish(Described.App, Document(signer));
        await using var server = await web.AuthServerAsync();
        var agent = Described.Agent(server);
        var alice = await server.SignedInAsync();
        var (own, other) = (await agent.CodeFromAsync(alice), Agent.Native(server));
        var others = await other.CodeFromAsync(alice);

        var asOther = await agent.RedeemAsync(own, [("client_id", other.ClientId), .. Proof()]);
        var forOther = await other.RedeemAsync(others, Proof());
        var unknown = await agent.RedeemAsync(own, [("client_id", "nobody"), .. Proof()]);

        Assert.All([asOther, forOther, unknown], a => Assert.Equal((401, "invalid_client"), ((int)a.Status, a.Error)));

        (string, string?)[] Proof() => signer.Proof(server, Described.App);
    }

    private static async Task<TokenAnswer> ConnectAsync(AuthServer server, Agent agent, Signer signer)
    {
        var code = await agent.CodeFromAsync(await server.SignedInAsync());
        var tokens = await agent.RedeemAsync(code, signer.Proof(server, Described.App));
        Assert.True(tokens.IsGood, tokens.Body);
        return tokens;
    }

    private static void Publish(OutsideWeb web, Signer signer, bool isRemote)
    {
        web.Publish(Keys, signer.KeySet);
        web.Publish(Described.App, isRemote
            ? Described.Document(changes: [("token_endpoint_auth_method", "private_key_jwt"), ("jwks_uri", Keys)])
            : Document(signer));
    }

    private static string Document(Signer signer) => Described.Document(
        changes: [("token_endpoint_auth_method", "private_key_jwt"), ("jwks", new { keys = new[] { signer.PublicKey } })]);
}

using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests.Revocation;

/// <summary>
/// A grant that was reduced or paused: tokens that say more do no more. Introspection answers "inactive" here, so a 200 always comes from
/// the stream's list.
/// </summary>
public sealed class NarrowingTests
{
    [Fact]
    public async Task A_reduced_grant_does_less_within_a_second_with_the_token_it_has()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        var token = api.Token("mail.read mail.send");
        Assert.Equal(200, (await api.Agent.GetAsync("/mail/outbox", token)).Status);
        var asked = issuer.Introspections; // what came before the stream's first word is asked about

        issuer.Revoke(Word("mail.read offline_access"));
        var took = await Agent.UntilAsync(async () => (await api.Agent.GetAsync("/mail/outbox", token)).Status == 403);

        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took}.");
        var answer = await api.Agent.GetAsync("/mail/outbox", token);
        Assert.Equal("insufficient_scope", answer.Error);
        Assert.Contains("scope=\"mail.send mail.read\"", answer.Challenge, StringComparison.Ordinal);
        var rest = await api.OpenAsync(token);
        Assert.Equal(200, rest.Status);
        Assert.Equal(["mail.read"], rest.Json["scopes"]!.AsArray().Select(scope => (string?)scope));
        Assert.Equal(asked, issuer.Introspections);
    }

    [Fact]
    public async Task A_paused_grant_does_nothing_until_it_is_resumed()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        var token = api.Token();

        issuer.Revoke(Word(""));
        var took = await Agent.UntilAsync(async () => (await api.OpenAsync(token)).Status == 401);
        var paused = await api.OpenAsync(token);
        issuer.Revoke(Word("mail.read"));
        await Agent.UntilAsync(async () => (await api.OpenAsync(token)).Status == 200);

        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took}.");
        Assert.Equal("invalid_token", paused.Error);
        Assert.Contains("paused", paused.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_grants_are_not_touched()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        var other = issuer.Mint(MailApi.Identifier, claims: claims => claims["gid"] = "grant-2");

        issuer.Revoke(Word(""));
        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 401);

        Assert.Equal(200, (await api.OpenAsync(other)).Status);
    }

    [Fact]
    public async Task A_token_none_of_whose_scopes_is_left_is_no_token()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        issuer.Revoke(Word("mail.send"));
        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 401);

        Assert.Equal(200, (await api.OpenAsync(api.Token("mail.send"))).Status);
    }

    [Fact]
    public async Task What_is_implied_by_a_scope_goes_with_it()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer, o => o.ImpliedScopes["mail.all"] = ["mail.read", "mail.send"]);
        var token = api.Token("mail.all mail.read");
        Assert.Equal(200, (await api.Agent.GetAsync("/mail/outbox", token)).Status);

        issuer.Revoke(Word("mail.read"));
        await Agent.UntilAsync(async () => (await api.Agent.GetAsync("/mail/outbox", token)).Status == 403);

        Assert.Equal(200, (await api.OpenAsync(token)).Status);
    }

    [Fact]
    public async Task A_grant_that_ends_after_a_pause_stays_ended()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        issuer.Revoke(Word(""));
        issuer.Revoke(new JsonObject { ["gid"] = "grant-1" });
        issuer.Revoke(Word("mail.read"));
        issuer.Revoke(new JsonObject { ["jti"] = "the-last-word" });
        var last = issuer.Mint(MailApi.Identifier, claims: claims => (claims["gid"], claims["jti"]) = ("grant-2", "the-last-word"));
        await Agent.UntilAsync(async () => (await api.OpenAsync(last)).Status == 401);

        Assert.Equal(401, (await api.OpenAsync(api.Token())).Status);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[\"mail.read\"]")]
    public async Task A_word_that_cannot_be_read_ends_the_grant(string scope)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        issuer.Revoke(new JsonObject { ["gid"] = "grant-1", ["scope"] = JsonNode.Parse(scope) });
        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 401);

        Assert.Contains("revoked", (await api.OpenAsync(api.Token())).Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_given_back_while_the_stream_was_lost_is_not_in_the_snapshot_and_counts_again()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        issuer.Revoke(Word(""));
        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 401);

        issuer.Snapshot = """{"revoked":[]}""";
        issuer.DropStreams();

        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 200);
    }

    [Fact]
    public async Task While_the_stream_is_lost_the_server_says_what_is_left()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer, o => o.RevocationGrace = TimeSpan.FromSeconds(1));
        var token = api.Token("mail.read mail.send");
        (issuer.Introspected, issuer.IntrospectedScope) = (true, "mail.read");

        issuer.StreamsDown = true;
        issuer.DropStreams();

        await Agent.UntilAsync(async () => (await api.Agent.GetAsync("/mail/outbox", token)).Status == 403);
        Assert.Equal(200, (await api.OpenAsync(token)).Status);
    }

    private static JsonObject Word(string scope) => new() { ["gid"] = "grant-1", ["scope"] = scope };
}

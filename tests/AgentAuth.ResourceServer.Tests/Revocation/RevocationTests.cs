using System.Diagnostics;
using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests.Revocation;

/// <summary>
/// How fast a removed grant stops working. Introspection answers "inactive" here, so a 200 always comes from the stream's list.
/// </summary>
public sealed class RevocationTests
{
    [Fact]
    public async Task A_removed_grant_ends_within_a_second_on_an_open_connection()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        var token = api.Token();
        Assert.Equal(200, (await api.OpenAsync(token)).Status);
        var asked = issuer.Introspections;

        issuer.Revoke(new JsonObject { ["gid"] = "grant-1" });
        var took = await Agent.UntilAsync(async () => (await api.OpenAsync(token)).Status == 401);

        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took}.");
        var answer = await api.OpenAsync(token);
        Assert.Equal("invalid_token", answer.Error);
        Assert.Contains("error=\"invalid_token\"", answer.Challenge, StringComparison.Ordinal);
        Assert.Equal(asked, issuer.Introspections);
    }

    [Fact]
    public async Task Other_grants_live_on()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        var other = issuer.Mint(MailApi.Identifier, claims: claims => claims["gid"] = "grant-2");
        var none = issuer.Mint(MailApi.Identifier, claims: claims => claims.Remove("gid"));

        issuer.Revoke(new JsonObject { ["gid"] = "grant-1" });
        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 401);

        Assert.Equal(200, (await api.OpenAsync(other)).Status);
        Assert.Equal(200, (await api.OpenAsync(none)).Status);
    }

    [Fact]
    public async Task One_token_can_be_revoked_alone()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        var token = issuer.Mint(MailApi.Identifier, claims: claims => claims["jti"] = "token-1");

        issuer.Revoke(new JsonObject { ["jti"] = "token-1" });
        var took = await Agent.UntilAsync(async () => (await api.OpenAsync(token)).Status == 401);

        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took}.");
        Assert.Equal(200, (await api.OpenAsync(api.Token())).Status);
    }

    [Fact]
    public async Task All_tokens_of_a_client_up_to_a_moment_can_be_revoked()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        var now = issuer.Clock.GetUtcNow().ToUnixTimeSeconds();
        var before = issuer.Mint(MailApi.Identifier, claims: claims => claims["iat"] = now);
        var after = issuer.Mint(MailApi.Identifier, claims: claims => claims["iat"] = now + 1);
        var undated = issuer.Mint(MailApi.Identifier, claims: claims => claims.Remove("iat"));
        var foreign = issuer.Mint(MailApi.Identifier, claims: claims => claims["client_id"] = "gemini");

        issuer.Revoke(new JsonObject { ["client_id"] = "claude", ["before"] = now });
        var took = await Agent.UntilAsync(async () => (await api.OpenAsync(before)).Status == 401);

        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took}.");
        Assert.Equal(401, (await api.OpenAsync(undated)).Status);
        Assert.Equal(200, (await api.OpenAsync(after)).Status);
        Assert.Equal(200, (await api.OpenAsync(foreign)).Status);
    }

    [Fact]
    public async Task What_was_revoked_before_the_resource_started_is_in_the_snapshot()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        issuer.Revoke(new JsonObject { ["gid"] = "grant-1" });
        await using var api = await MailApi.StartAsync(issuer);

        Assert.Equal(401, (await api.OpenAsync(api.Token())).Status);
    }

    [Fact]
    public async Task What_was_revoked_while_the_stream_was_lost_is_caught_up()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        var opened = issuer.StreamsOpened;

        issuer.StreamsDown = true;
        issuer.DropStreams();
        issuer.Revoke(new JsonObject { ["gid"] = "grant-1" });
        issuer.StreamsDown = false;
        var watch = Stopwatch.StartNew();
        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 401 && issuer.StreamsOpened > opened);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"It took {watch.Elapsed}.");
        await api.ReadyAsync();
        Assert.Equal(401, (await api.OpenAsync(api.Token())).Status);
    }

    [Fact]
    public async Task What_a_thrown_away_key_signed_ends_when_the_stream_says_so()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        using var leaked = issuer.Key;
        var old = api.Token();
        Assert.Equal(200, (await api.OpenAsync(old)).Status);

        issuer.Key = new SigningKey("key-2");
        issuer.PublishedKeys = [issuer.Key];
        issuer.Send("keys", new JsonObject { ["kids"] = new JsonArray("key-2") });
        var took = await Agent.UntilAsync(async () => (await api.OpenAsync(old)).Status == 401);

        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took}.");
        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 200);
        Assert.Equal(401, (await api.OpenAsync(old)).Status);
    }

    [Fact]
    public async Task A_key_the_stream_names_again_counts_again()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        issuer.Send("keys", new JsonObject { ["kids"] = new JsonArray("key-0") });
        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 401);
        issuer.Send("keys", new JsonObject { ["kids"] = new JsonArray("key-0", "key-1") });
        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 200);

        Assert.Equal(200, (await api.OpenAsync(api.Token())).Status);
    }

    [Fact]
    public async Task The_samples_refuse_a_removed_grant_too()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        issuer.Revoke(new JsonObject { ["gid"] = "grant-1" });
        var took = await Agent.UntilAsync(async () => (await samples.CallMailAsync("list_messages")).Status == 401);

        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took}.");
    }
}

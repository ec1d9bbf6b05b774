using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AgentAuth.ResourceServer.Tests.Rfc9068AccessTokens;

public sealed class AccessTokenTests
{
    [Theory]
    [InlineData(300, 329, 200)]
    [InlineData(300, 331, 401)]
    public async Task A_token_ends_half_a_minute_after_its_time_at_the_latest(int lifetime, int later, int status)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var issuer = await FakeIssuer.StartAsync(clock);
        await using var api = await MailApi.StartAsync(issuer);
        var end = clock.GetUtcNow().AddSeconds(lifetime).ToUnixTimeSeconds();
        var token = issuer.Mint(MailApi.Identifier, claims: claims => claims["exp"] = end);

        clock.Advance(TimeSpan.FromSeconds(later));
        issuer.Introspected = true;

        Assert.Equal(status, (await api.OpenAsync(token)).Status);
    }

    [Theory]
    [InlineData(20, 200)]
    [InlineData(40, 401)]
    public async Task A_token_of_the_future_is_refused_beyond_the_skew(int seconds, int status)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var token = issuer.Mint(
            MailApi.Identifier,
            claims: claims => claims["nbf"] = issuer.Clock.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds());

        Assert.Equal(status, (await api.OpenAsync(token)).Status);
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("sub")]
    [InlineData("client_id")]
    public async Task A_token_that_lacks_a_claim_is_refused(string claim)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var without = await api.OpenAsync(issuer.Mint(MailApi.Identifier, claims: claims => claims.Remove(claim)));
        var empty = await api.OpenAsync(issuer.Mint(MailApi.Identifier, claims: claims => claims[claim] = ""));

        Assert.Equal(401, without.Status);
        Assert.Equal(401, empty.Status);
    }

    [Fact]
    public async Task An_issuer_with_one_more_slash_is_another_issuer()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.OpenAsync(issuer.Mint(MailApi.Identifier, claims: claims => claims["iss"] = $"{issuer.Issuer}/"));

        Assert.Equal(401, answer.Status);
        Assert.Contains("another issuer", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_bound_to_a_key_does_not_work_as_a_bearer_token()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var token = issuer.Mint(MailApi.Identifier, claims: claims => claims["cnf"] = new JsonObject { ["jkt"] = "abc" });

        Assert.Equal(401, (await api.OpenAsync(token)).Status);
    }

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("AT+JWT")]
    [InlineData("application/at+jwt")]
    public async Task All_spellings_of_the_type_are_known(string type)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        Assert.Equal(200, (await api.OpenAsync(issuer.Mint(MailApi.Identifier, header: head => head["typ"] = type))).Status);
    }
}

using AgentAuth.ResourceServer.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AgentAuth.ResourceServer.Tests.Rfc8414Metadata;

public sealed class AuthorizationServerTests
{
    [Fact]
    public async Task A_new_key_is_learned_when_its_first_token_comes()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var issuer = await FakeIssuer.StartAsync(clock);
        await using var api = await MailApi.StartAsync(issuer, Unrevocable);
        var old = api.Token();
        var reads = issuer.KeyReads;

        clock.Advance(TimeSpan.FromSeconds(4));
        issuer.Key = new SigningKey("key-2");
        issuer.PublishedKeys = [.. issuer.PublishedKeys, issuer.Key];
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.OpenAsync(api.Token())));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(200, (await api.OpenAsync(old)).Status);
        Assert.Equal(reads + 1, issuer.KeyReads);
    }

    [Fact]
    public async Task Invented_key_ids_cannot_make_traffic()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var issuer = await FakeIssuer.StartAsync(clock);
        await using var api = await MailApi.StartAsync(issuer, Unrevocable);
        var reads = issuer.KeyReads;
        clock.Advance(TimeSpan.FromSeconds(4));

        for (var i = 0; i < 50; i++)
        {
            var kid = $"invented-{i}";
            Assert.Equal(401, (await api.OpenAsync(issuer.Mint(MailApi.Identifier, header: head => head["kid"] = kid))).Status);
        }

        Assert.Equal(reads + 1, issuer.KeyReads);
    }

    [Fact]
    public async Task Known_keys_go_on_working_while_the_server_is_down()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var issuer = await FakeIssuer.StartAsync(clock);
        await using var api = await MailApi.StartAsync(issuer, Unrevocable);
        issuer.Down = true;

        clock.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal(200, (await api.OpenAsync(api.Token())).Status);
        Assert.Equal(200, (await api.OpenAsync(api.Token())).Status);
    }

    [Fact]
    public async Task A_withdrawn_key_is_forgotten()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var issuer = await FakeIssuer.StartAsync(clock);
        await using var api = await MailApi.StartAsync(issuer, Unrevocable);
        using var stolen = issuer.Key;
        issuer.Key = new SigningKey("key-2");
        issuer.PublishedKeys = [issuer.Key];

        clock.Advance(TimeSpan.FromMinutes(11));
        var forged = issuer.Mint(MailApi.Identifier, header: head => head["kid"] = stolen.KeyId, key: stolen);

        Assert.Equal(401, (await api.OpenAsync(forged)).Status);
        Assert.Equal(200, (await api.OpenAsync(api.Token())).Status);
    }

    [Fact]
    public async Task While_the_server_was_never_reached_tokens_wait()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        issuer.Down = true;
        await using var api = await MailApi.StartAsync(issuer, ready: false);

        var answer = await api.OpenAsync(api.Token());

        Assert.Equal(503, answer.Status);
        Assert.Equal("temporarily_unavailable", answer.Error);
        Assert.NotEmpty(answer.Header("Retry-After"));
        issuer.Down = false;
        await api.ReadyAsync();
    }

    [Fact]
    public async Task Metadata_that_names_another_issuer_is_not_believed()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        issuer.MetadataIssuer = $"{issuer.Issuer}/";
        await using var api = await MailApi.StartAsync(issuer, Unrevocable, ready: false);

        Assert.Equal(503, (await api.OpenAsync(api.Token())).Status);
        Assert.Equal(0, issuer.KeyReads);
    }

    [Fact]
    public async Task OpenID_metadata_will_do()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        issuer.OnlyOpenIdMetadata = true;
        await using var api = await MailApi.StartAsync(issuer);

        Assert.Equal(200, (await api.OpenAsync(api.Token())).Status);
    }

    private static void Unrevocable(AgentAuthOptions options)
    {
        options.AccountClientId = null;
        options.AccountClientSecret = null;
        options.AllowUnrevocableTokens = true;
    }
}

using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AgentAuth.ResourceServer.Tests.Revocation;

/// <summary>What happens when the resource no longer hears what was revoked: grace, then questions, then refusal.</summary>
public sealed class LostStreamTests
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Within_the_grace_nothing_changes()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);
        Lose(issuer);
        var asked = issuer.Introspections;

        _clock.Advance(TimeSpan.FromSeconds(4.9));

        Assert.Equal(200, (await api.OpenAsync(api.Token())).Status);
        Assert.Equal(asked, issuer.Introspections);
    }

    [Fact]
    public async Task After_the_grace_each_request_is_asked_about()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);
        Lose(issuer);
        _clock.Advance(TimeSpan.FromSeconds(5.1));

        var inactive = await api.OpenAsync(api.Token());
        issuer.Introspected = true;
        var active = await api.OpenAsync(api.Token());

        Assert.Equal(401, inactive.Status);
        Assert.Equal("invalid_token", inactive.Error);
        Assert.Equal(200, active.Status);
    }

    [Fact]
    public async Task A_yes_is_remembered_for_less_than_a_second_and_a_no_not_at_all()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);
        Lose(issuer);
        _clock.Advance(TimeSpan.FromSeconds(5.1));
        issuer.Introspected = true;
        var token = api.Token();
        var asked = issuer.Introspections;

        await api.OpenAsync(token);
        await api.OpenAsync(token);
        var once = issuer.Introspections - asked;
        issuer.Introspected = false;
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, once);
        Assert.Equal(401, (await api.OpenAsync(token)).Status);
        issuer.Introspected = true;
        Assert.Equal(200, (await api.OpenAsync(token)).Status);
    }

    [Fact]
    public async Task When_introspection_fails_too_the_door_is_closed()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);
        Lose(issuer);
        _clock.Advance(TimeSpan.FromSeconds(5.1));

        issuer.Introspected = null;
        var failing = await api.OpenAsync(api.Token());
        issuer.Down = true;
        var unreachable = await api.OpenAsync(api.Token());

        Assert.Equal(503, failing.Status);
        Assert.Equal(503, unreachable.Status);
        Assert.Equal("temporarily_unavailable", unreachable.Error);
        Assert.NotEmpty(unreachable.Header("Retry-After"));
        Assert.Equal("no-store", unreachable.Header("Cache-Control"));
    }

    [Fact]
    public async Task Before_the_first_snapshot_there_is_no_grace()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        issuer.StreamsDown = true;
        await using var api = await MailApi.StartAsync(issuer, ready: false);

        var inactive = await api.OpenAsync(api.Token());
        issuer.Introspected = true;

        Assert.Equal(401, inactive.Status);
        Assert.Equal(200, (await api.OpenAsync(api.Token())).Status);
    }

    [Fact]
    public async Task A_revoked_grant_needs_no_question_even_then()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        issuer.Revoke(new JsonObject { ["gid"] = "grant-1" });
        await using var api = await MailApi.StartAsync(issuer);
        Lose(issuer);
        _clock.Advance(TimeSpan.FromSeconds(6));
        issuer.Introspected = true;

        Assert.Equal(401, (await api.OpenAsync(api.Token())).Status);
    }

    [Fact]
    public async Task A_stream_on_which_nothing_comes_is_opened_again()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);
        var opened = issuer.StreamsOpened;
        issuer.Silent = true;

        await Agent.UntilAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(0.5));
            await api.OpenAsync();
            return issuer.StreamsOpened > opened;
        });
        await ComeBackAsync(api);
    }

    [Fact]
    public async Task A_stream_that_comes_back_is_trusted_again()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);
        Lose(issuer);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(401, (await api.OpenAsync(api.Token())).Status);

        issuer.StreamsDown = false;

        await ComeBackAsync(api);
    }

    [Fact]
    public async Task An_event_nobody_understands_ends_the_trust_at_once()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);

        issuer.StreamsDown = true;
        issuer.Send("revoked", new JsonObject { ["whatever"] = 1 });

        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 401);
    }

    [Fact]
    public async Task A_list_too_long_to_hold_is_not_believed()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        var entries = Enumerable.Range(0, 100_001).Select(i => $$"""{"gid":"other-{{i}}","exp":9999999999}""");
        issuer.Snapshot = $$"""{"revoked":[{{string.Join(',', entries)}}]}""";
        await using var api = await MailApi.StartAsync(issuer, ready: false);

        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 401 && issuer.StreamsOpened >= 2);
        issuer.Introspected = true;

        Assert.Equal(200, (await api.OpenAsync(api.Token())).Status);
    }

    [Fact]
    public async Task What_can_be_forgotten_is_forgotten()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);
        issuer.Revoke(new JsonObject { ["gid"] = "grant-1", ["exp"] = _clock.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds() });
        await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 401);

        issuer.Introspected = true;

        _clock.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal(401, (await api.OpenAsync(api.Token())).Status);
        _clock.Advance(TimeSpan.FromSeconds(90));

        await ComeBackAsync(api);
    }

    private static void Lose(FakeIssuer issuer)
    {
        issuer.StreamsDown = true;
        issuer.DropStreams();
    }

    private Task<TimeSpan> ComeBackAsync(MailApi api) => Agent.UntilAsync(async () =>
    {
        api.Issuer.Silent = false;
        _clock.Advance(TimeSpan.FromMilliseconds(20));
        return (await api.OpenAsync(api.Token())).Status == 200;
    });
}

using System.Net;
using AgentAuth.Server.Chores;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentAuth.Server.Tests.Signals;

/// <summary>What happens is counted, under names that stay, with tags from short lists.</summary>
[Collection(nameof(Measured))]
public sealed class TelemetryTests
{
    [Fact]
    public async Task Tokens_are_counted_and_timed_by_grant_and_refusals_by_their_error()
    {
        await using var server = await AuthServer.StartAsync();
        using var measured = new Measured();
        var claude = Agent.Web(server);

        var tokens = await claude.TokensFromAsync(server.Browser());
        var next = await claude.RefreshAsync(tokens.RefreshToken);
        await Agent.Service(server).ForItselfAsync();
        server.PassGrace();
        await claude.RefreshAsync(tokens.RefreshToken); // a replay
        await claude.TokenAsync([("grant_type", "made-up-by-" + Guid.CreateVersion7())]);
        await new Agent(server.Http(), "demo-web", "wrong", Agent.WebCallback).RevokeAsync(next.AccessToken);

        Assert.Equal(
            ["grant_type=authorization_code", "grant_type=client_credentials", "grant_type=refresh_token"],
            measured.Of("agentauth.tokens.issued").Keys.Order(StringComparer.Ordinal));
        Assert.All(measured.Of("agentauth.tokens.issued").Values, m => Assert.Equal((1, 1), m));
        Assert.Equal(1, measured.Of("agentauth.token.duration")["grant_type=refresh_token outcome=answered"].Times);
        Assert.Equal(1, measured.Of("agentauth.token.duration")["grant_type=refresh_token outcome=refused"].Times);
        Assert.Equal(1, measured.Of("agentauth.token.duration")["grant_type=other outcome=refused"].Times);
        Assert.All(measured.Of("agentauth.token.duration").Values, m => Assert.InRange(m.Sum, 0.00001, 60));
        Assert.Equal(1, measured.Of("agentauth.refusals")["endpoint=token error=invalid_grant"].Times);
        Assert.Equal(1, measured.Of("agentauth.refusals")["endpoint=token error=unsupported_grant_type"].Times);
        Assert.Equal(1, measured.Of("agentauth.refusals")["endpoint=revoke error=invalid_client"].Times);
        Assert.Equal(1, measured.Of("agentauth.request.duration")["endpoint=revoke outcome=refused"].Times);
    }

    [Fact]
    public async Task What_the_protocol_never_sees_is_counted_by_what_its_status_stands_for()
    {
        await using var server = await AuthServer.StartAsync();
        using var measured = new Measured();

        await server.Http().PostAsync("/connect/token?code=in-the-address", new FormUrlEncodedContent([]));
        await server.Http().PostAsync("/connect/token/", new StringContent("{}"));
        await server.Browser().OpenAsync("/connect/authorize?client_id=nobody");

        Assert.Equal(2, measured.Of("agentauth.refusals")["endpoint=token error=invalid_request"].Times);
        Assert.Equal(1, measured.Of("agentauth.refusals").Where(r => r.Key.StartsWith("endpoint=authorize", StringComparison.Ordinal))
            .Sum(r => r.Value.Times));
    }

    [Fact]
    public async Task People_are_counted_by_what_they_did()
    {
        await using var server = await AuthServer.StartAsync();
        using var measured = new Measured();
        var (eve, alice) = (server.Browser("9.9.9.9"), server.Browser());

        for (var i = 0; i < 6; i++)
        {
            await eve.SignInAsync(People.Alice, "wrong");
        }
        await alice.OpenAsync(Agent.Web(server).AskFor());
        await alice.SignInAsync(People.Alice);
        await alice.PressAsync("Allow");
        await alice.OpenAsync(Agent.Web2(server).AskFor());
        await alice.PressAsync("Cancel");

        Assert.Equal(5, measured.Of("agentauth.sign_ins")["result=refused"].Times);
        Assert.Equal(1, measured.Of("agentauth.sign_ins")["result=throttled"].Times);
        Assert.Equal(1, measured.Of("agentauth.sign_ins")["result=succeeded"].Times);
        Assert.Equal(1, measured.Of("agentauth.consents")["decision=allowed"].Times);
        Assert.Equal(1, measured.Of("agentauth.consents")["decision=denied"].Times);
    }

    [Fact]
    public async Task How_long_an_ending_takes_to_be_told_is_timed_and_what_stood_before_is_not()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Web(server);
        var (before, after) = (await claude.TokensFromAsync(server.Browser()), await claude.TokensFromAsync(server.Browser()));
        await claude.RevokeAsync(before.AccessToken);
        server.Clock.Advance(TimeSpan.FromSeconds(30));
        using var measured = new Measured();

        await using (var stream = await EventStream.OpenAsync(server))
        {
            await stream.NextAsync("snapshot");
            Assert.Equal(1, measured.Of("agentauth.event_streams")[""].Sum);
            await claude.RevokeAsync(after.AccessToken);
            await stream.NextAsync("revoked");
            while (measured.Of("agentauth.revocation.propagation").Count == 0)
            {
                await Task.Yield(); // it is timed just after it is told
            }
        }

        var (times, seconds) = Assert.Single(measured.Of("agentauth.revocation.propagation")).Value;
        Assert.Equal(1, times);
        Assert.InRange(seconds, 0, 1); // not the half minute
    }

    [Fact]
    public async Task Chores_keys_the_catalog_and_the_queue_are_counted()
    {
        await using var server = await AuthServer.StartAsync();
        using var measured = new Measured();
        var claude = Agent.Web(server);
        await claude.RevokeAsync((await claude.TokensFromAsync(server.Browser())).AccessToken);
        Telemetry.WatchWriteQueue(() => 3);

        await server.Services.GetRequiredService<KeyRing>().LookAsync(default);
        await server.LookAsync(async _ =>
        {
            await using var scope = server.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateAsync(atOnce: true, default);
        });
        await server.Services.GetRequiredService<KeyRing>().LookAsync(default);
        server.Clock.Advance(TimeSpan.FromMinutes(12));
        await server.Services.GetServices<IHostedService>().OfType<Prune>().Single().RunAsync(default);
        measured.Look();
        Telemetry.WatchWriteQueue(() => 0);

        Assert.Equal(1, measured.Of("agentauth.key.rotations")[""].Sum);
        Assert.Equal(1, measured.Of("agentauth.pruned.rows")["table=revocations"].Sum);
        Assert.Equal(1, measured.Of("agentauth.chores")["chore=prune result=done"].Times);
        Assert.True(measured.Of("agentauth.catalog.lookups")["result=miss"].Times > 0);
        Assert.Equal(3, measured.Of("agentauth.write_queue.depth")[""].Sum);
    }

    [Fact]
    public async Task No_tag_says_who_or_with_what()
    {
        await using var server = await AuthServer.StartAsync();
        using var measured = new Measured();
        var claude = Agent.Web(server);
        var tokens = await claude.TokensFromAsync(server.Browser());
        await claude.IntrospectAsync(tokens.AccessToken);
        await claude.RevokeAsync(tokens.RefreshToken);
        Assert.Equal(HttpStatusCode.BadRequest, (await claude.RefreshAsync("not-a-token")).Status);

        Assert.NotEmpty(measured.Tags);
        Assert.All(measured.Tags, tags => Assert.Matches("^([a-z_]+=[a-z_]+( |$))*$", tags)); // words of ours, no identifier
        Assert.DoesNotContain(measured.Tags, tags => tags.Contains("demo", StringComparison.OrdinalIgnoreCase));
    }
}

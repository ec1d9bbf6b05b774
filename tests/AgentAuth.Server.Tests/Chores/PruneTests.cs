using AgentAuth.Server.Chores;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentAuth.Server.Tests.Chores;

/// <summary>What nothing will ask for again goes; what still protects somebody stays.</summary>
public sealed class PruneTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Notices_questions_sessions_and_tokens_go_when_their_time_is_over()
    {
        await using var server = await AuthServer.StartAsync();
        await PruneAsync(server); // what the store was made with, however long ago
        var (claude, alice) = (Agent.Native(server), server.Browser());
        await alice.OpenAsync(claude.AskFor());
        await alice.SignInAsync(People.Alice); // and a question stays unanswered
        var tokens = await claude.TokensFromAsync(alice, "openid mail.read");
        await claude.RevokeAsync(tokens.AccessToken);
        Assert.All(await CountsAsync(server), count => Assert.True(count > 0));

        Assert.Equal(0, await PruneAsync(server)); // everything has time left
        server.Clock.Advance(TimeSpan.FromDays(8));
        await PruneAsync(server);

        Assert.All(await CountsAsync(server), count => Assert.Equal(0, count));
        Assert.False(await Agent.MailServer(server).SeesAsync(tokens.AccessToken)); // inactive, and no failure
        Assert.Equal(1, await server.LookAsync(db => db.Grants.CountAsync())); // what a person allowed is a record
    }

    [Fact]
    [Spec("AA-T048")]
    public async Task A_used_refresh_token_stays_as_long_as_it_could_come_back()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var first = await claude.TokensFromAsync(server.Browser());
        server.Clock.Advance(TimeSpan.FromDays(15));
        var second = await claude.RefreshAsync(first.RefreshToken);
        server.Clock.Advance(TimeSpan.FromDays(14));

        await PruneAsync(server);
        var replay = await claude.RefreshAsync(first.RefreshToken);
        var next = await claude.RefreshAsync(second.RefreshToken);

        Assert.Equal("invalid_grant", replay.Error);
        Assert.Equal("invalid_grant", next.Error); // the replay was recognised, so the family is dead
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "grant.replay")));
    }

    [Fact]
    public async Task A_live_refresh_token_is_not_touched_and_a_pruned_one_is_simply_unknown()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser());

        server.Clock.Advance(TimeSpan.FromDays(30) - Moment);
        await PruneAsync(server);
        var live = await claude.RefreshAsync(tokens.RefreshToken);
        server.Clock.Advance(TimeSpan.FromDays(32));
        await PruneAsync(server);
        var late = await claude.RefreshAsync(live.RefreshToken);

        Assert.True(live.IsGood, live.Body);
        Assert.Equal((System.Net.HttpStatusCode.BadRequest, "invalid_grant"), (late.Status, late.Error));
        Assert.Equal(0, await server.LookAsync(db => db.Tokens.CountAsync()));
    }

    [Fact]
    public async Task More_rows_than_one_statement_takes_all_go()
    {
        const int rows = 2_500;
        await using var server = await AuthServer.StartAsync();
        await PruneAsync(server);
        await server.ChangeAsync(db =>
        {
            db.AddRange(Enumerable.Range(0, rows).Select(i => new Revocation { Value = $"{i}", ForgetAt = server.Clock.GetUtcNow() }));
            db.Add(new Revocation { Value = "still needed", ForgetAt = server.Clock.GetUtcNow() + Moment });
            return Task.CompletedTask;
        });

        var gone = await PruneAsync(server);

        Assert.Equal(rows, gone);
        Assert.Equal("still needed", Assert.Single(await server.LookAsync(db => db.Revocations.ToListAsync())).Value);
    }

    private static Task<int> PruneAsync(AuthServer server) =>
        server.Services.GetServices<IHostedService>().OfType<Prune>().Single().RunAsync(default);

    private static Task<int[]> CountsAsync(AuthServer server) => server.LookAsync(async db => new[]
    {
        await db.Revocations.CountAsync(),
        await db.Interactions.CountAsync(),
        await db.Sessions.CountAsync(),
        await db.Tokens.CountAsync(),
    });
}

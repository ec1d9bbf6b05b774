using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>What else than an ending travels on the event stream, what never gets lost on it, and when it ends itself.</summary>
public sealed class EventStreamLifeTests
{
    [Fact]
    [Spec("AA-T058")]
    public async Task An_ending_that_took_long_to_commit_or_was_dated_by_a_late_clock_is_heard()
    {
        await using var server = await AuthServer.StartAsync();
        await using var mail = await EventStream.OpenAsync(server);
        await mail.NextAsync("snapshot");
        var now = server.Clock.GetUtcNow();

        await server.ChangeAsync(db =>
        {
            db.Add(new Revocation { Kind = RevocationKind.Grant, Value = "late", At = now.AddMinutes(-5), ForgetAt = now.AddMinutes(6) });
            return Task.CompletedTask;
        });

        Assert.Equal("late", (await mail.NextAsync("revoked")).GetProperty("gid").GetString());
    }

    [Fact]
    [Spec("AA-T058")]
    public async Task A_token_revoked_after_its_lifetime_was_shortened_stays_revoked()
    {
        await using var server = await AuthServer.StartAsync(host => host.UseSetting("AgentAuth:Tokens:AccessToken", "00:10:00"));
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser());
        await using var hasty = server.Another(host => host.UseSetting("AgentAuth:Tokens:AccessToken", "00:01:00"));
        await Agent.Native(hasty).RevokeAsync(tokens.RefreshToken);

        server.Clock.Advance(TimeSpan.FromMinutes(9));
        await using var mail = await EventStream.OpenAsync(server);

        Assert.Single((await mail.NextAsync("snapshot")).GetProperty("revoked").EnumerateArray());
    }

    [Fact]
    [Spec("AA-T103")]
    public async Task Which_keys_sign_is_told_and_told_again_when_one_is_thrown_away()
    {
        await using var server = await AuthServer.StartAsync();
        await using var mail = await EventStream.OpenAsync(server);
        var before = (await mail.NextAsync("keys")).Strings("kids");

        await using (var scope = server.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateAsync(atOnce: true, default);
        }
        await server.Services.GetRequiredService<KeyRing>().LookAsync(default);
        var after = (await WhileTimePassesAsync(server, mail.NextAsync("keys"))).Strings("kids");

        Assert.Equal(before[0], Assert.Single(before));
        Assert.NotEqual(before[0], Assert.Single(after));
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("block")]
    [InlineData("resource")]
    [Spec("AA-T061")]
    public async Task Whose_account_is_gone_hears_no_more(string what)
    {
        await using var server = await AuthServer.StartAsync();
        await using var mail = await EventStream.OpenAsync(server);
        await mail.NextAsync("snapshot");

        await server.ChangeAsync(async db =>
        {
            var account = await db.Clients.SingleAsync(c => c.ClientId == "demo-resource");
            var resource = await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Mail);
            switch (what)
            {
                case "secret":
                    account.ClientSecret = "another one's hash";
                    break;
                case "block":
                    account.Block(server.Clock);
                    break;
                default:
                    resource.AccountClientId = null;
                    break;
            }
        });
        var never = mail.NextAsync("revoked");

        await Assert.ThrowsAsync<InvalidOperationException>(() => WhileTimePassesAsync(server, never));
    }

    [Fact]
    public async Task A_database_that_is_away_for_a_while_cuts_no_line()
    {
        await using var server = await AuthServer.StartAsync();
        await using var mail = await EventStream.OpenAsync(server);
        await mail.NextAsync("snapshot");
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser());

        await server.ChangeAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE \"Clients\" RENAME TO \"Away\""));
        var until = server.Clock.GetUtcNow() + (2 * RevocationEvents.Recheck);
        while (server.Clock.GetUtcNow() < until)
        {
            await WhileTimePassesAsync(server, mail.NextAsync("ping"));
        }
        await server.ChangeAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE \"Away\" RENAME TO \"Clients\""));
        await claude.RevokeAsync(tokens.RefreshToken);

        var revoked = await WhileTimePassesAsync(server, mail.NextAsync("revoked"));
        Assert.Equal(tokens.Claims.GetProperty("gid").GetString(), revoked.GetProperty("gid").GetString());
    }

    [Fact]
    public async Task A_server_that_stops_lets_go_of_its_listeners()
    {
        await using var server = await AuthServer.StartAsync();
        await using var mail = await EventStream.OpenAsync(server);
        await mail.NextAsync("snapshot");

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await Assert.ThrowsAsync<InvalidOperationException>(() => mail.NextAsync("revoked"));
    }

    [Fact]
    [Spec("AA-T041")]
    public async Task Who_tries_secrets_here_is_slowed_down_too()
    {
        await using var server = await AuthServer.StartAsync();
        var statuses = new List<HttpStatusCode>();

        for (var i = 0; i < 25; i++)
        {
            using var answer = await EventStream.AskAsync(server, $"demo-resource:guess-{i}", AuthServer.Mail);
            statuses.Add(answer.StatusCode);
        }
        using var odd = await EventStream.AskAsync(server, "a\0b:c", AuthServer.Mail);

        Assert.Equal(HttpStatusCode.Unauthorized, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.Equal(HttpStatusCode.Unauthorized, odd.StatusCode);
        // one that opens the stream again and again with an old secret does not stop its neighbour's questions
        Assert.False((await Agent.MailServer(server).IntrospectAsync("x")).GetProperty("active").GetBoolean());
    }

    /// <summary>The stream's timers start when the server gets to them, so time passes until it answers.</summary>
    private static async Task<T> WhileTimePassesAsync<T>(AuthServer server, Task<T> answer)
    {
        while (!answer.IsCompleted)
        {
            server.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        return await answer;
    }
}

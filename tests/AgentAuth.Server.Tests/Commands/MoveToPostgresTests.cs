using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Commands;

/// <summary>An installation that outgrew SQLite goes on in PostgreSQL as if nothing had happened. Runs where PostgreSQL is.</summary>
public sealed class MoveToPostgresTests
{
    [Fact]
    public async Task Agents_stay_connected_and_people_signed_in()
    {
        if (!Template.IsPostgres)
        {
            return; // these tests run again where there is a PostgreSQL to move to
        }
        await using var move = await Move.BeginAsync();
        var (claude, alice) = (Agent.Native(move.Old), await move.Old.SignedInAsync());
        var tokens = await claude.TokensFromAsync(alice);
        var used = await claude.RefreshAsync(tokens.RefreshToken);
        var cookies = alice.Cookies;
        await move.StopAsync();

        var (code, said, complained) = await move.RunAsync();
        await using var server = AuthServer.StartOn(move.Target);

        Assert.Equal((0, ""), (code, complained));
        Assert.Matches(@"Tokens +3 +3\s", said);
        Assert.Contains("AgentAuth__Database__Provider=Postgres", said, StringComparison.Ordinal);
        var moved = Agent.Native(server);
        Assert.True(await Agent.MailServer(server).SeesAsync(used.AccessToken));
        var next = await moved.RefreshAsync(used.RefreshToken);
        Assert.True(next.IsGood, next.Body);
        var browser = server.Browser();
        await browser.OpenAsync("/account/agents", ("Cookie", string.Join("; ", cookies.Select(c => $"{c.Key}={c.Value}"))));
        Assert.Contains("Demo desktop agent", browser.Text, StringComparison.Ordinal);
        server.PassGrace();
        Assert.Equal("invalid_grant", (await moved.RefreshAsync(tokens.RefreshToken)).Error); // a replay is still one
        Assert.Equal("invalid_grant", (await moved.RefreshAsync(next.RefreshToken)).Error);
    }

    [Fact]
    public async Task What_agents_did_and_what_was_asked_and_told_moves_along()
    {
        if (!Template.IsPostgres)
        {
            return; // these tests run again where there is a PostgreSQL to move to
        }
        await using var move = await Move.BeginAsync();
        await OneOfEach.PlantAsync(move.Old);
        var before = await OneOfEach.RowsAsync(move.Old);
        await move.StopAsync();

        Assert.Equal(0, (await move.RunAsync()).Code);
        await using var server = AuthServer.StartOn(move.Target);

        Assert.Equal(before, await OneOfEach.RowsAsync(server));
    }

    [Fact]
    public async Task What_the_database_counts_goes_on_after_what_was_moved()
    {
        if (!Template.IsPostgres)
        {
            return; // these tests run again where there is a PostgreSQL to move to
        }
        await using var move = await Move.BeginAsync();
        await move.Old.ChangeAsync(async db =>
        {
            var alice = await db.Users.SingleAsync(u => u.Email == People.Alice);
            db.Add(new Microsoft.AspNetCore.Identity.IdentityUserClaim<Guid> { UserId = alice.Id, ClaimType = "a", ClaimValue = "1" });
        });
        await move.StopAsync();

        Assert.Equal(0, (await move.RunAsync()).Code);
        await using var server = AuthServer.StartOn(move.Target);
        await server.ChangeAsync(async db =>
        {
            var alice = await db.Users.SingleAsync(u => u.Email == People.Alice);
            db.Add(new Microsoft.AspNetCore.Identity.IdentityUserClaim<Guid> { UserId = alice.Id, ClaimType = "b", ClaimValue = "2" });
        });

        Assert.Equal([1, 2], await server.LookAsync(db => db.UserClaims.OrderBy(c => c.Id).Select(c => c.Id).ToListAsync()));
    }

    [Fact]
    public async Task A_server_that_still_runs_and_a_target_in_use_are_refused_and_nothing_changes()
    {
        if (!Template.IsPostgres)
        {
            return; // these tests run again where there is a PostgreSQL to move to
        }
        await using var move = await Move.BeginAsync();

        var running = await move.RunAsync();
        await move.StopAsync();
        await using (AuthServer.StartOn(move.Target, ownsStore: false))
        {
            // Its first start makes keys and roles.
        }
        Npgsql.NpgsqlConnection.ClearAllPools();
        var notEmpty = await move.RunAsync();

        Assert.Equal((2, 2), (running.Code, notEmpty.Code));
        Assert.Contains("Stop it first", running.Complained, StringComparison.Ordinal);
        Assert.Contains("not empty", notEmpty.Complained, StringComparison.Ordinal);
        await using var target = AuthServer.StartOn(move.Target);
        Assert.Equal(0, await target.LookAsync(db => db.Users.CountAsync()));
    }

    [Fact]
    public async Task A_row_that_PostgreSQL_cannot_hold_moves_nothing_at_all()
    {
        if (!Template.IsPostgres)
        {
            return; // these tests run again where there is a PostgreSQL to move to
        }
        await using var move = await Move.BeginAsync();
        await move.Old.ChangeAsync(db => Task.FromResult(
            db.Add(new AuditEntry { Actor = "olga", Act = new string('x', 100), Target = "longer than its column" })));
        await move.StopAsync();

        var (code, _, complained) = await move.RunAsync();

        Assert.Equal(1, code);
        Assert.Contains("too long", complained, StringComparison.Ordinal);
        await using var target = AuthServer.StartOn(move.Target);
        Assert.Equal(0, await target.LookAsync(db => db.Users.CountAsync()));
    }

    /// <summary>A SQLite installation with the demo's people, and an empty PostgreSQL database.</summary>
    private sealed class Move(AuthServer old, Store source, Store target) : IAsyncDisposable
    {
        public AuthServer Old => old;

        public Store Target => target;

        public static async Task<Move> BeginAsync()
        {
            var source = Store.New();
            var old = AuthServer.StartOn(source with { IsAlwaysSqlite = true }, ownsStore: false);
            await Demo.DemoSeed.PlantAsync(old.Services, Template.McpUrl);
            return new(old, source, await Template.EmptyAsync());
        }

        public async Task StopAsync()
        {
            await old.DisposeAsync();
            SqliteConnection.ClearAllPools();
        }

        public Task<(int Code, string Said, string Complained)> RunAsync() => Operator.RunHereAsync(
            source with { IsAlwaysSqlite = true }, "move", "--to-postgres",
            $"--ConnectionStrings:MoveTo={Template.ConnectionTo(target.Database)}");

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            Directory.Delete(source.Folder, recursive: true);
        }
    }
}

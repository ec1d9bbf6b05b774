using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>Who writes while another does waits its turn, without a thread and without being refused.</summary>
public sealed class WriteTurnsTests
{
    [Fact]
    public async Task Saving_waits_for_a_transaction_that_is_under_way()
    {
        await using var server = await AuthServer.StartAsync();
        await using var one = server.Services.CreateAsyncScope();
        await using var other = server.Services.CreateAsyncScope();
        var (writing, waiting) = (Db(one), Db(other));
        var transaction = await writing.Database.BeginTransactionAsync(Stop);
        writing.Add(Entry("first"));
        await writing.SaveChangesAsync(Stop);

        waiting.Add(Entry("second"));
        var saving = waiting.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        await saving;

        Assert.Equal(["first", "second"], await NotedAsync(server));
    }

    [Fact]
    public async Task A_statement_without_a_transaction_waits_too()
    {
        await using var server = await AuthServer.StartAsync();
        await using var one = server.Services.CreateAsyncScope();
        await using var other = server.Services.CreateAsyncScope();
        await using var transaction = await Db(one).Database.BeginTransactionAsync(Stop);

        var ending = Db(other).Sessions.Where(s => s.Id == "nobody's").ExecuteDeleteAsync(Stop);
        await transaction.RollbackAsync(Stop);

        Assert.Equal(0, await ending);
    }

    [Fact]
    public async Task Who_leaves_without_a_word_leaves_the_turn()
    {
        await using var server = await AuthServer.StartAsync();
        await using (var one = server.Services.CreateAsyncScope())
        {
            await Db(one).Database.BeginTransactionAsync(Stop);
        }

        await server.ChangeAsync(db =>
        {
            db.Add(Entry("after"));
            return Task.CompletedTask;
        });

        Assert.Equal(["after"], await NotedAsync(server));
    }

    [Fact]
    public async Task Who_could_not_begin_leaves_the_turn()
    {
        await using var server = await AuthServer.StartAsync();
        await using var scope = server.Services.CreateAsyncScope();
        if (Db(scope) is SqliteDb db) // elsewhere there are no turns
        {
            await using var other = new SqliteConnection($"{db.Database.GetConnectionString()};Pooling=False");
            await other.OpenAsync(Stop);
            await using var held = other.BeginTransaction(deferred: false);
            await Assert.ThrowsAsync<SqliteException>(() => db.Database.BeginTransactionAsync(Stop));
        }

        await server.ChangeAsync(changed =>
        {
            changed.Add(Entry("after"));
            return Task.CompletedTask;
        });

        Assert.Equal(["after"], await NotedAsync(server));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static AgentAuthDb Db(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<AgentAuthDb>();

    private static AuditEntry Entry(string target) =>
        new() { At = DateTimeOffset.UnixEpoch, Actor = "test", Act = "test.write", Target = target };

    private static Task<string[]> NotedAsync(AuthServer server) => server.LookAsync(db =>
        db.AuditEntries.Where(e => e.Act == "test.write").OrderBy(e => e.Target).Select(e => e.Target).ToArrayAsync(Stop));
}

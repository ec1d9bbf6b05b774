using AgentAuth.Server.Chores;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Chores;

/// <summary>Of several nodes one does what needs doing once, and another when it dies.</summary>
public sealed class TurnsTests
{
    private const string Chore = "test";

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    [Fact]
    public async Task Of_three_nodes_that_ask_at_once_one_works_each_hour()
    {
        await using var a = await AuthServer.StartAsync();
        await using var b = a.Another();
        await using var c = a.Another();
        AuthServer[] nodes = [a, b, c];
        var worked = 0;
        Task<bool[]> AskAsync() => Task.WhenAll(nodes.Select(n => Task.Run(() => TakeAsync(n, _ =>
        {
            Interlocked.Increment(ref worked);
            return Task.CompletedTask;
        }))));

        Assert.DoesNotContain(true, await AskAsync()); // new to all of them: it begins to be due in an hour
        for (var hour = 1; hour <= 3; hour++)
        {
            Array.ForEach(nodes, n => n.Clock.Advance(Every));
            Assert.Single(await AskAsync(), took => took);
            Assert.DoesNotContain(true, await AskAsync());
            Assert.Equal(hour, worked);
        }
    }

    [Fact]
    public async Task When_its_holder_dies_another_takes_over_within_a_minute_and_the_dead_one_stops()
    {
        await using var a = await AuthServer.StartAsync();
        await using var b = a.Another();
        await DueAsync(a, b);
        var (began, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        var hanging = TakeAsync(a, async stop =>
        {
            began.SetResult();
            await using var told = stop.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await began.Task;

        var until = (await TurnAsync(a)).HeldUntil;
        b.Clock.Advance(until - TimeSpan.FromSeconds(1) - b.Clock.GetUtcNow());
        Assert.False(await TakeAsync(b, _ => Task.CompletedTask)); // it may be slow
        b.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Turns.Hold + Turns.Ask <= TimeSpan.FromMinutes(1));
        Assert.True(await TakeAsync(b, _ => Task.CompletedTask));

        a.Clock.Advance(Turns.Hold / 4); // it was only asleep, and wants to say that it lives
        await ended.Task;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        Assert.Null((await TurnAsync(a)).Holder);
    }

    [Fact]
    public async Task Who_works_long_keeps_the_turn_and_who_fails_or_is_stopped_gives_it_back()
    {
        await using var a = await AuthServer.StartAsync();
        await using var b = a.Another();
        await DueAsync(a, b);
        using var stopping = new CancellationTokenSource();
        var began = new TaskCompletionSource();
        var working = a.Services.GetRequiredService<Turns>().TakeAsync(Chore, Every, async stop =>
        {
            began.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
        }, stopping.Token);
        await began.Task;

        for (var i = 0; i < 8; i++)
        {
            var until = (await TurnAsync(a)).HeldUntil;
            Array.ForEach([a, b], n => n.Clock.Advance(Turns.Hold / 4));
            await IsAsync(async () => (await TurnAsync(a)).HeldUntil > until);
        }
        Assert.False(await TakeAsync(b, _ => Task.CompletedTask)); // twice its time later
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => working);

        await Assert.ThrowsAsync<TimeoutException>(() => TakeAsync(b, _ => throw new TimeoutException()));
        Assert.True(await TakeAsync(b, _ => Task.CompletedTask));
    }

    [Fact]
    public async Task A_node_whose_clock_was_wrong_by_days_does_not_stop_the_chore_for_the_others()
    {
        await using var a = await AuthServer.StartAsync();
        await using var b = a.Another();
        await DueAsync(a, b);
        b.Clock.Advance(TimeSpan.FromDays(40));
        Assert.True(await TakeAsync(b, _ => Task.CompletedTask));

        Assert.True(await TakeAsync(a, _ => Task.CompletedTask));
        Assert.False(await TakeAsync(a, _ => Task.CompletedTask));
    }

    private static async Task DueAsync(params AuthServer[] nodes)
    {
        Assert.False(await TakeAsync(nodes[0], _ => Task.CompletedTask));
        Array.ForEach(nodes, n => n.Clock.Advance(Every));
    }

    private static Task<bool> TakeAsync(AuthServer node, Func<CancellationToken, Task> work) =>
        node.Services.GetRequiredService<Turns>().TakeAsync(Chore, Every, work, default);

    private static Task<ChoreTurn> TurnAsync(AuthServer node) =>
        node.LookAsync(db => db.ChoreTurns.AsNoTracking().SingleAsync(t => t.Name == Chore));

    private static async Task IsAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }
}

using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Sees to it that of several nodes one does a chore, and the others when it dies: who does it holds a row for <see cref="Hold"/> and
/// renews it while it works. Should a holder be so late that another took over, both work for a moment: every chore must bear that.
/// </summary>
internal sealed class Turns(IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>How often a node asks whether a chore is due.</summary>
    public static readonly TimeSpan Ask = TimeSpan.FromSeconds(15);

    /// <summary>A holder not heard of for so long is dead.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(40);

    /// <summary>A chore said to be done further ahead than clocks differ was noted by a clock that was wrong.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly Guid _node = Guid.CreateVersion7();

    /// <summary>Does the chore when it is due and nobody else is at it; says whether it did. A chore that fails stays due.</summary>
    public async Task<bool> TakeAsync(string chore, TimeSpan every, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        var begun = clock.GetUtcNow();
        if (!await WinAsync(chore, every, begun, stop))
        {
            return false;
        }
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var renewing = RenewAsync(chore, lost.CancelAsync, lost.Token);
        try
        {
            await work(lost.Token);
            await ChangeAsync(chore, t => t.SetProperty(x => x.DoneAt, begun).SetProperty(x => x.Holder, (Guid?)null), stop);
            return true;
        }
        catch
        {
            await LetGoAsync(chore);
            throw;
        }
        finally
        {
            await lost.CancelAsync();
            await renewing;
        }
    }

    private async Task<bool> WinAsync(string chore, TimeSpan every, DateTimeOffset now, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var (due, ahead, until, tooLong) = (now - every, now + Skew, now + Hold, now + Hold + Skew);
        var free = db.ChoreTurns.Where(t => t.Name == chore && (t.DoneAt <= due || t.DoneAt > ahead)
            && (t.Holder == null || t.HeldUntil <= now || t.HeldUntil > tooLong));
        if (!await free.AnyAsync(stop))
        {
            await IntroduceAsync(db, chore, now, stop);
            return false;
        }
        return 1 == await free.ExecuteUpdateAsync(t => t.SetProperty(x => x.Holder, _node).SetProperty(x => x.HeldUntil, until), stop);
    }

    /// <summary>As done just now: it begins to be due when it is first heard of.</summary>
    private static async Task IntroduceAsync(AgentAuthDb db, string chore, DateTimeOffset now, CancellationToken stop)
    {
        if (await db.ChoreTurns.AnyAsync(t => t.Name == chore, stop))
        {
            return;
        }
        db.Add(new ChoreTurn { Name = chore, DoneAt = now, HeldUntil = now });
        try
        {
            await db.SaveChangesAsync(stop);
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            // Another node was first to introduce it.
        }
    }

    private async Task RenewAsync(string chore, Func<Task> lose, CancellationToken over)
    {
        using var timer = new PeriodicTimer(Hold / 4, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                var until = clock.GetUtcNow() + Hold;
                if (await ChangeAsync(chore, t => t.SetProperty(x => x.HeldUntil, until), over) == 0)
                {
                    await lose(); // another node took over
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The chore is over.
        }
        catch (Exception failure) when (PassingFault.Is(failure))
        {
            await lose(); // who cannot say that it lives is dead to the others
        }
    }

    /// <summary>Also when the server stops: the others need not wait for its death.</summary>
    private async Task LetGoAsync(string chore)
    {
        try
        {
            await ChangeAsync(chore, t => t.SetProperty(x => x.Holder, (Guid?)null), CancellationToken.None);
        }
        catch (Exception failure) when (PassingFault.Is(failure))
        {
            // Its time runs out by itself.
        }
    }

    private async Task<int> ChangeAsync(
        string chore, Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<ChoreTurn>> change, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        return await db.ChoreTurns.Where(t => t.Name == chore && t.Holder == _node).ExecuteUpdateAsync(change, stop);
    }
}

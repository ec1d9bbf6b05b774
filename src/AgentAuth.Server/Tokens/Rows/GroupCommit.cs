using System.Threading.Channels;
using AgentAuth.Server.Signals;
using Microsoft.Data.Sqlite;

namespace AgentAuth.Server.Tokens.Rows;

/// <summary>
/// SQLite has one writer, and its disk is waited for once a transaction. Writes that arrive while another commit is under way are collected
/// and share the next one; each is answered only when that one is on disk. One that breaks a rule must not take the others along: the
/// transaction is undone and they are done one by one. A disk that is full or a database that another process holds fails them together:
/// to ask it for each of them once more would keep all of them waiting.
/// </summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    /// <summary>Writes in one transaction; more wait for the next.</summary>
    private const int MaxTogether = 64;

    /// <summary>Writes waiting; beyond it a request is told to come back (503), which is kinder than making it wait.</summary>
    private const int MaxWaiting = 2_000;

    private const int BrokenRule = 19; // SQLITE_CONSTRAINT

    private readonly Channel<Write> _waiting = Channel.CreateBounded<Write>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Func<SqliteStatements> _open;
    private readonly WriteGate _gate;
    private readonly Task _loop;
    private SqliteStatements? _statements;

    public GroupCommit(Func<SqliteStatements> open, WriteGate gate)
    {
        (_open, _gate) = (open, gate);
        _loop = Task.Run(LoopAsync);
        Telemetry.WatchWriteQueue(() => Depth);
    }

    /// <summary>How many writes wait now.</summary>
    public int Depth => _waiting.Reader.Count;

    /// <param name="act">Runs inside the shared transaction; must not wait for anything.</param>
    /// <param name="stop">Whoever leaves before it has begun finds it not done; later it is no more called back.</param>
    /// <exception cref="TimeoutException">Too many wait already, or the database let nobody write in time.</exception>
    public Task<bool> DoAsync(Func<SqliteStatements, bool> act, CancellationToken stop)
    {
        var write = new Write(act);
        if (!_waiting.Writer.TryWrite(write))
        {
            throw new TimeoutException("Too many requests wait to write.");
        }
        return stop.CanBeCanceled ? UnlessLeftAsync(write, stop) : write.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
#pragma warning disable VSTHRD003 // our own loop; it waits for nobody
        await _loop;
#pragma warning restore VSTHRD003
        _statements?.Dispose();
    }

    private static async Task<bool> UnlessLeftAsync(Write write, CancellationToken stop)
    {
        await using var leaving = stop.UnsafeRegister(static (write, stop) => ((Write)write!).Leave(stop), write);
        return await write.Done.Task.WaitAsync(CancellationToken.None);
    }

    private async Task LoopAsync()
    {
        var batch = new List<Write>(MaxTogether);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            try
            {
                await _gate.EnterAsync(CancellationToken.None);
                WriteWhatWaits(batch);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // Whatever it was, whoever waits is told and the loop goes on: without it nobody would write again.
                if (batch.Count == 0)
                {
                    Take(batch); // those that waited for a turn that never came
                }
                batch.ForEach(w => w.Done.TrySetException(failure));
                _statements?.Dispose();
                _statements = null;
            }
            batch.Clear();
        }
    }

    private void WriteWhatWaits(List<Write> batch)
    {
        try
        {
            Take(batch);
            if (batch.Count > 0)
            {
                _statements ??= _open();
                CommitTogether(batch);
            }
        }
        finally
        {
            _gate.Leave();
        }
    }

    private void Take(List<Write> batch)
    {
        while (batch.Count < MaxTogether && _waiting.Reader.TryRead(out var write))
        {
            if (write.Begin())
            {
                batch.Add(write);
            }
        }
    }

    private void CommitTogether(List<Write> batch)
    {
        try
        {
            Commit(batch);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == BrokenRule)
        {
            foreach (var write in batch)
            {
                CommitAlone(write);
            }
        }
    }

    private void CommitAlone(Write write)
    {
        try
        {
            Commit([write]);
        }
        catch (SqliteException failure)
        {
            write.Done.TrySetException(failure);
        }
    }

    private void Commit(List<Write> batch)
    {
        _statements!.Begin();
        try
        {
            foreach (var write in batch)
            {
                write.Result = write.Act(_statements);
            }
            _statements.Commit();
        }
        catch
        {
            _statements.Rollback();
            throw;
        }
        batch.ForEach(w => w.Done.TrySetResult(w.Result));
    }

    private sealed class Write(Func<SqliteStatements, bool> act)
    {
        private const int Waiting = 0;
        private const int Begun = 1;
        private const int Left = 2;

        private int _state;

        public Func<SqliteStatements, bool> Act => act;

        public bool Result { get; set; }

        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>False when nobody waits for it any more.</summary>
        public bool Begin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) == Waiting;

        public void Leave(CancellationToken because)
        {
            if (Interlocked.CompareExchange(ref _state, Left, Waiting) == Waiting)
            {
                Done.TrySetCanceled(because);
            }
        }
    }
}

namespace AgentAuth.Server.Tokens;

/// <summary>
/// SQLite has one writer; those who wait for it sleep and try again, with long tails. Inside one process they queue here instead.
/// PostgreSQL needs no queue.
/// </summary>
internal sealed class WriteGate(bool oneWriter) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    private readonly SemaphoreSlim? _turn = oneWriter ? new SemaphoreSlim(1, 1) : null;

    /// <exception cref="TimeoutException">The database is stuck; the request is answered 503.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken stop)
    {
        if (_turn is not null && !await _turn.WaitAsync(Longest, stop))
        {
            throw new TimeoutException("The database did not let this request write in time.");
        }
        return new Turn(_turn is null ? null : () => _turn.Release());
    }

    public void Dispose() => _turn?.Dispose();

    private sealed class Turn(Action? leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}

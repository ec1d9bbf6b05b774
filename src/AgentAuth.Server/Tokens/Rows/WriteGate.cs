namespace AgentAuth.Server.Tokens.Rows;

/// <summary>
/// SQLite has one writer; those who wait for it inside SQLite sleep and try again, with long tails. Inside one process they queue here
/// instead: <see cref="GroupCommit"/> and, through <see cref="WriteTurns"/>, everything EF writes. PostgreSQL needs no queue.
/// </summary>
internal sealed class WriteGate : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <exception cref="TimeoutException">The database is stuck; the request is answered 503.</exception>
    public async Task EnterAsync(CancellationToken stop) => ThrowUnless(await _turn.WaitAsync(Longest, stop));

    /// <summary>For who cannot wait otherwise than with the thread: key rings, at the start.</summary>
    /// <exception cref="TimeoutException">The database is stuck; the request is answered 503.</exception>
    public void Enter() => ThrowUnless(_turn.Wait(Longest));

    public void Leave() => _turn.Release();

    public void Dispose() => _turn.Dispose();

    private static void ThrowUnless(bool entered)
    {
        if (!entered)
        {
            throw new TimeoutException("The database did not let this request write in time.");
        }
    }
}

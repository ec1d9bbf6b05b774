namespace AgentAuth.Server.Features.Failures;

/// <summary>
/// Until when a request is worked on. It is given up by the same token that says the client went away, which everything here heeds already.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private readonly HttpContext _context;
    private readonly CancellationToken _client;
    private readonly CancellationTokenSource _either;

    public Deadline(HttpContext context, TimeSpan after)
    {
        _context = context;
        _client = context.RequestAborted;
        _either = CancellationTokenSource.CreateLinkedTokenSource(_client);
        _either.CancelAfter(after);
        context.RequestAborted = _either.Token;
        context.Features.Set(this);
    }

    /// <summary>The time is up, and somebody still waits for an answer.</summary>
    public bool HasPassed => _either.IsCancellationRequested && !_client.IsCancellationRequested;

    /// <summary>For writing the answer that says so.</summary>
    public void Lift() => _context.RequestAborted = _client;

    public void Dispose()
    {
        Lift();
        _either.Dispose();
    }
}
